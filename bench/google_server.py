"""The local Google as a program of its own: `python -m bench.google_server ACCOUNTS`.

It prints one line of JSON when it can be called: where it is, as which client to come, and the
tokens of so many accounts that have consented already. Its answers are not held against the
discovery document, which would take longer than all the rest.
"""

import json
import signal
import sys
import threading

from tests.local_google import LocalGoogle

_SCOPES = ("openid", "calendar.app.created", "calendar.events.freebusy")


def main() -> None:
    """Serve until asked to end."""
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    with LocalGoogle() as google:
        google.knobs.checks_answers = False
        emails = [f"p{number:04d}@accounts.example" for number in range(int(sys.argv[1]))]
        granted = [(email, google.grant(email, *_SCOPES)) for email in emails]
        said = {
            "url": google.url,
            "client": google.client_id,
            "secret": google.client_secret,
            "accounts": [(who, one.refresh_token, one.access_token) for who, one in granted],
        }
        sys.stdout.write(f"{json.dumps(said)}\n")
        sys.stdout.flush()
        ended.wait()


if __name__ == "__main__":
    main()
