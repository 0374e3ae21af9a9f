"""The options of `praxical google`."""

from __future__ import annotations

from typing import Annotated

import typer

from server.domain.google import Ending, MovePolicy, OutwardLevel

User = Annotated[str, typer.Argument(metavar="NAME", help="The practitioner's login name.")]
MaybeUser = Annotated[
    str | None, typer.Argument(metavar="NAME", help="Only this practitioner's.")
]
Link = Annotated[
    str,
    typer.Option("--link", metavar="ID", help="Which link, where there are several."),
]
Watch = Annotated[
    list[str] | None,
    typer.Option(
        "--watch",
        metavar="CALENDAR",
        help="Calendar whose busy times count; again for more. Else the account's own.",
    ),
]
NoWatch = Annotated[bool, typer.Option("--no-watch", help="No busy times of other calendars.")]
Another = Annotated[
    bool, typer.Option("--another", help="An account beside the one that is connected.")
]
Names = Annotated[
    bool,
    typer.Option(
        "--names", help="Ask to see the list of calendars too: one left behind is found."
    ),
]
Titles = Annotated[
    bool,
    typer.Option(
        "--titles", help="Ask to see titles too, for nobody but the practitioner to see here."
    ),
]
ShowTitles = Annotated[
    bool | None,
    typer.Option(
        "--titles/--no-titles",
        help="The practitioner, and nobody else, sees how its events are called; or no more.",
    ),
]
Shared = Annotated[str, typer.Argument(metavar="SHARED", help="yes or no.")]
YES_OR_NO = ("yes", "no")
Confirmed = Annotated[
    bool,
    typer.Option("--confirmed", help="Those who see it there may see more than numbers."),
]
Port = Annotated[
    int,
    typer.Option("--port", metavar="N", min=0, max=65535, help="Port to wait on; 0: any."),
]
Paste = Annotated[
    bool,
    typer.Option("--paste", help="The browser is elsewhere: paste the address it ends at."),
]
Level = Annotated[OutwardLevel | None, typer.Option("--level", help="How much Google is told.")]
NewLevel = Annotated[
    OutwardLevel, typer.Argument(metavar="LEVEL", help=", ".join(OutwardLevel) + ".")
]
Policy = Annotated[
    MovePolicy, typer.Argument(metavar="POLICY", help=", ".join(MovePolicy) + ".")
]
Calendar = Annotated[
    str, typer.Argument(metavar="CALENDAR", help="Its id in Google, such as primary.")
]
Events = Annotated[
    Ending,
    typer.Option("--events", help="What becomes of the events in Google."),
]
Agreed = Annotated[
    bool,
    typer.Option(
        "--agreement-signed", help="Google has signed a business associate agreement."
    ),
]
Settled = Annotated[bool, typer.Option("--all", help="Settled ones too.")]
ConflictId = Annotated[
    str, typer.Argument(metavar="CONFLICT", help="As `google conflicts --json` has it.")
]
Answered = Annotated[str, typer.Argument(metavar="ANSWER", help="accept or decline.")]
ANSWERS = ("accept", "decline")
Decided = Annotated[
    str,
    typer.Argument(
        metavar="DECISION",
        help="restore or accept what vanished; keep or remove what is not known.",
    ),
]
