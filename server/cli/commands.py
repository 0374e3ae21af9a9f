"""How a function becomes a command: it gets a desk, and options that say which practice."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import MISSING, dataclass, fields, is_dataclass
from inspect import Parameter, Signature
from pathlib import Path
from typing import Annotated, Concatenate, ParamSpec, get_type_hints

import typer

from server.cli.desk import Desk
from server.settings import Overrides, load_settings

P = ParamSpec("P")

_PANEL = "Which practice"
Config = Annotated[
    Path | None,
    typer.Option(
        "--config",
        metavar="FILE",
        help="Settings; else config/praxical.toml.",
        rich_help_panel=_PANEL,
    ),
]
DataDir = Annotated[
    str | None,
    typer.Option(
        "--data-dir",
        metavar="DIR",
        help="Folder of an embedded database.",
        rich_help_panel=_PANEL,
    ),
]
DatabaseUrl = Annotated[
    str | None,
    typer.Option(
        "--database",
        metavar="URL",
        help="Address of a PostgreSQL database.",
        rich_help_panel=_PANEL,
    ),
]
PracticeSlug = Annotated[
    str | None,
    typer.Option(
        "--practice", metavar="SLUG", help="Short name of the practice.", rich_help_panel=_PANEL
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]


@dataclass(frozen=True, slots=True)
class Where:
    """Which practice, as the command line says it; None says nothing."""

    config: Path | None = None
    data_dir: str | None = None
    database: str | None = None
    practice: str | None = None

    def over(self, other: Where | None) -> Where:
        """Return the same, with what it leaves open taken from another."""
        if other is None:
            return self
        # A folder and an address exclude each other, so the later word silences the earlier.
        told = self.data_dir is not None or self.database is not None
        return Where(
            self.config or other.config,
            self.data_dir if told else other.data_dir,
            self.database if told else other.database,
            self.practice or other.practice,
        )

    def desk(self) -> Desk:
        """Read the settings; raises BadSettings, and BadParameter for a contradiction."""
        if self.data_dir is not None and self.database is not None:
            raise typer.BadParameter("--data-dir and --database exclude each other")
        overrides = Overrides(self.data_dir, self.database, self.practice)
        return Desk(load_settings(self.config, os.environ, overrides))


def group(help_text: str) -> typer.Typer:
    """Return an empty group of commands."""
    return typer.Typer(
        help=help_text, no_args_is_help=True, rich_markup_mode="rich", add_completion=False
    )


def command(
    app: typer.Typer, name: str, *examples: str
) -> Callable[[Callable[Concatenate[Desk, P], None]], Callable[Concatenate[Desk, P], None]]:
    """Make a function whose first parameter is the desk a command of a group.

    ``examples`` are complete command lines; they stand below the command's help.
    """

    def register(
        function: Callable[Concatenate[Desk, P], None],
    ) -> Callable[Concatenate[Desk, P], None]:
        app.command(name, epilog=_epilog(examples))(_at_desk(function))
        return function

    return register


def _at_desk(function: Callable[Concatenate[Desk, P], None]) -> Callable[..., None]:
    signature = inspect.signature(function, eval_str=True)
    own = list(signature.parameters.values())[1:]
    bundles: list[tuple[str, Callable[..., object], list[str]]] = [
        (each.name, each.annotation, [option.name for option in fields(each.annotation)])
        for each in own
        if isinstance(each.annotation, type) and is_dataclass(each.annotation)
    ]

    def run(
        ctx: typer.Context,
        config: Path | None,
        data_dir: str | None,
        database: str | None,
        practice: str | None,
        **options: object,
    ) -> None:
        before = ctx.obj if isinstance(ctx.obj, Where) else None
        here = Where(config, data_dir, database, practice).over(before)
        for name, bundle, names in bundles:
            options[name] = bundle(**{each: options.pop(each) for each in names})
        bound: Callable[..., None] = function
        bound(here.desk(), **options)

    listed = [option for each in own for option in _options(each)]
    parameters = [_CONTEXT, *listed, *_WHERE]
    run.__signature__ = Signature(parameters)  # type: ignore[attr-defined]  # what typer reads
    run.__annotations__ = {each.name: each.annotation for each in parameters}
    run.__doc__ = function.__doc__
    run.__name__ = function.__name__
    return run


def _options(parameter: Parameter) -> Iterator[Parameter]:
    """Yield the option of a parameter, or one for each field of a dataclass of options."""
    if not is_dataclass(parameter.annotation):
        yield _option(parameter)
        return
    annotations = get_type_hints(parameter.annotation, include_extras=True)
    for each in fields(parameter.annotation):
        default = Parameter.empty if each.default is MISSING else each.default
        yield _option(
            Parameter(
                each.name,
                Parameter.KEYWORD_ONLY,
                default=default,
                annotation=annotations[each.name],
            )
        )


def _option(parameter: Parameter) -> Parameter:
    for info in getattr(parameter.annotation, "__metadata__", ()):
        is_flag = parameter.annotation.__origin__ in {bool, bool | None}
        if is_flag and isinstance(info, typer.models.OptionInfo):
            info.metavar = ""  # help would show "--json <bool>", as if it took a value
    return parameter.replace(kind=Parameter.KEYWORD_ONLY)


_CONTEXT = Parameter("ctx", Parameter.KEYWORD_ONLY, annotation=typer.Context)
_WHERE = [
    Parameter(name, Parameter.KEYWORD_ONLY, default=None, annotation=annotation)
    for name, annotation in (
        ("config", Config),
        ("data_dir", DataDir),
        ("database", DatabaseUrl),
        ("practice", PracticeSlug),
    )
]


def _epilog(examples: Sequence[str]) -> str | None:
    if not examples:
        return None
    lines = [example.replace("[", r"\[") for example in examples]
    return "\n".join(["Examples:", *(f"  {line}" for line in lines)])


def given(**values: object) -> dict[str, object]:
    """Return the options that were given: those that are not None."""
    return {name: value for name, value in values.items() if value is not None}
