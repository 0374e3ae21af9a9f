"""The settings of what reaches the world outside: webhooks and mail."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from server.settings import checks
from server.settings.section import Section


class RelaySection(Section):
    """What is told to the outside world."""

    delay_minutes: Annotated[
        int,
        Field(
            ge=0,
            le=60,
            description="Minutes that a change waits before anybody is told: who moves an "
            "appointment and moves it back tells nobody.",
        ),
    ] = 3
    allowed_networks: Annotated[
        tuple[Annotated[str, AfterValidator(checks.network)], ...],
        Field(
            strict=False,
            description="Addresses or networks inside your own that webhooks may call, also "
            "without TLS; otherwise only public addresses are called, with TLS.",
        ),
    ] = ()


class MailSection(Section):
    """The server through which mail to visitors of the booking page is sent.

    The sender stands before the host, which is checked against it.
    """

    sender: Annotated[
        str,
        AfterValidator(checks.mail_address),
        Field(description="Address that mail comes from, such as office@practice.example."),
    ] = ""
    sender_name: Annotated[
        str,
        AfterValidator(checks.one_line),
        Field(description="Name beside that address; empty: the practice's name."),
    ] = ""
    reply_to: Annotated[
        str,
        AfterValidator(checks.mail_address),
        Field(description="Address that answers go to; empty: to the sender."),
    ] = ""
    host: Annotated[
        str,
        AfterValidator(checks.mail_host),
        Field(
            description="Mail server (SMTP submission). Empty: no mail is sent, booking works "
            "without."
        ),
    ] = ""
    port: Annotated[
        int, AfterValidator(checks.port), Field(description="Port of the mail server.")
    ] = 587
    security: Annotated[
        Literal["starttls", "tls", "none"],
        Field(
            description="How the connection is encrypted: `starttls` as usual on port 587, "
            "`tls` on 465. `none` is for this machine itself and for [relay] "
            "allowed_networks; anywhere else nothing is sent then."
        ),
    ] = "starttls"
    username: Annotated[
        str,
        AfterValidator(checks.one_line),
        Field(description="Login at the mail server; empty: none is needed."),
    ] = ""
    password: Annotated[
        str,
        Field(
            repr=False,
            description="Its password. Give it through the environment rather than here.",
        ),
    ] = ""
    timeout_seconds: Annotated[
        int,
        Field(ge=1, le=60, description="Seconds that the mail server may take for an answer."),
    ] = 15
