"""The command line as a page to read, made by `python -m server.cli.reference`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import typer
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from server.cli.application import app
from server.cli.loading import LazyCommands

_HEAD = """\
# Command line

Made from the commands themselves by `python -m server.cli.reference`; edit them there.

Every command also takes, before or after its name, the options that say which practice:

| option | meaning |
|---|---|
| `--config FILE` | Settings; else `PRAXICAL_CONFIG`, else `config/praxical.toml`. |
| `--data-dir DIR` | Folder of an embedded database. |
| `--database URL` | Address of a PostgreSQL database. |
| `--practice SLUG` | Short name of the practice. |

Lists and tables have `--json` for programs. On a pipe there are no colours and no progress
bars.

| exit code | meaning |
|---|---|
| 0 | Done. |
| 1 | Refused, with a sentence on standard error; `check` found something. |
| 2 | Wrong usage. |
| 3 | Wrong settings, every mistake with its line. |
| 4 | The database cannot be reached, or `praxical migrate` has not been run. |
"""
_SHARED = frozenset({"config", "data_dir", "database", "practice", "help"})


def page() -> str:
    """Return docs/reference/command-line.md."""
    root = typer.main.get_command(app)
    if not isinstance(root, LazyCommands):
        raise TypeError(root)
    root.load_all()
    return _HEAD + "".join(_commands(root, "praxical"))


def _commands(group: TyperGroup, path: str) -> Iterator[str]:
    for name, command in group.commands.items():
        here = f"{path} {name}"
        if isinstance(command, TyperGroup):
            yield f"\n## `{here}`\n\n{command.help}\n"
            yield from _commands(command, here)
        elif isinstance(command, TyperCommand):
            depth = "###" if " " in path else "##"
            yield f"\n{depth} `{_usage(command, here)}`\n\n{command.help}\n"
            yield from _options(command)
            yield from _examples(command)


def _usage(command: TyperCommand, path: str) -> str:
    arguments = [one for one in command.params if isinstance(one, TyperArgument)]
    words = [one.metavar if one.required else f"[{one.metavar}]" for one in arguments]
    return " ".join([path, *map(str, words)])


def _options(command: TyperCommand) -> Iterator[str]:
    rows = [
        f"| `{_names(one)}` | {(one.help or '').replace('|', chr(92) + '|')} |\n"
        for one in command.params
        if isinstance(one, TyperArgument | TyperOption) and one.name not in _SHARED
    ]
    if rows:
        yield "\n| | |\n|---|---|\n"
        yield from rows


def _names(parameter: TyperArgument | TyperOption) -> str:
    if isinstance(parameter, TyperArgument):
        return str(parameter.metavar)
    names = ", ".join(parameter.opts + parameter.secondary_opts)
    needed = " (required)" if parameter.required else ""
    return f"{names} {parameter.metavar or ''}".strip() + needed


def _examples(command: TyperCommand) -> Iterator[str]:
    if command.epilog:
        lines = [line.strip().replace("\\[", "[") for line in command.epilog.splitlines()[1:]]
        body = "\n".join(f"  {line}" if line.startswith("--") else line for line in lines)
        yield f"\n```sh\n{body}\n```\n"


def write(root: Path) -> None:
    """Write the page below the root of the repository."""
    (root / "docs/reference/command-line.md").write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    write(Path(__file__).parents[2])
