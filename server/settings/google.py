"""The settings of the connection to Google Calendar."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from server.settings import checks
from server.settings.section import Section


class GoogleSection(Section):
    """The practice's own project at Google, and how its calendars are kept alike."""

    client_id: Annotated[
        str,
        AfterValidator(checks.one_line),
        Field(description="Client id of the project; empty: Google cannot be connected."),
    ] = ""
    client_secret: Annotated[
        str,
        Field(
            repr=False,
            description="Its secret. Give it through the environment rather than here.",
        ),
    ] = ""
    public_url: Annotated[
        str,
        AfterValidator(checks.service_url),
        Field(
            description="Address at which the internet reaches this server, such as "
            "https://calendars.practice.example. Google calls it after a consent and when "
            "something changed. Empty: connect by command line, changes are looked for."
        ),
    ] = ""
    level: Annotated[
        Literal["busy", "generic", "code", "initials", "first", "full"],
        Field(
            description="The most that Google may be told of an appointment. A new link tells "
            "`generic` or less; more is said for each link, and `full` needs an agreement that "
            "Google has signed."
        ),
    ] = "generic"
    past_days: Annotated[
        int,
        Field(
            ge=0,
            le=366,
            description="Days before today from which on calendars are compared when an "
            "account is connected again. What was over before it was first connected is never "
            "written.",
        ),
    ] = 7
    focus_time_blocks: Annotated[
        bool, Field(description="Whether Google's focus time counts as busy.")
    ] = True
    conflicts_of_blocks: Annotated[
        Literal["practice", "google"],
        Field(
            description="Whose word counts where an Other Event that was made here was changed "
            "here and in Google at once. Of an appointment it is always the practice's."
        ),
    ] = "practice"
    unknown_blocks: Annotated[
        bool,
        Field(
            description="Whether nobody can book online with a practitioner while it is not "
            "known what one of their watched calendars holds: it cannot be read, or was not "
            "for 24 hours. Otherwise what was known last counts."
        ),
    ] = False
    poll_minutes: Annotated[
        int,
        Field(
            ge=1, le=1440, description="Minutes between two looks where Google tells nothing."
        ),
    ] = 10
    poll_minutes_told: Annotated[
        int,
        Field(ge=10, le=1440, description="Minutes between two looks where Google tells us."),
    ] = 60
    units_per_minute: Annotated[
        int,
        Field(ge=10, le=100_000, description="Quota of one link: a patch is 3, others 1."),
    ] = 300
    units_per_minute_project: Annotated[
        int,
        Field(ge=10, le=1_000_000, description="Quota of all links of one worker together."),
    ] = 6000
    threads: Annotated[
        int, Field(ge=2, le=256, description="Links that one worker looks after at a time.")
    ] = 8
    auth_url: Annotated[
        str,
        AfterValidator(checks.service_url),
        Field(description="Where consent is asked for."),
    ] = "https://accounts.google.com/o/oauth2/v2/auth"
    token_url: Annotated[
        str, AfterValidator(checks.service_url), Field(description="Where tokens are issued.")
    ] = "https://oauth2.googleapis.com/token"  # noqa: S105 - an address
    revoke_url: Annotated[
        str, AfterValidator(checks.service_url), Field(description="Where tokens are revoked.")
    ] = "https://oauth2.googleapis.com/revoke"
    api_url: Annotated[
        str,
        AfterValidator(checks.service_url),
        Field(description="Root of the Calendar API."),
    ] = "https://www.googleapis.com"
