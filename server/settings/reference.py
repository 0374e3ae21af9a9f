"""The settings as a file and as a page, made by `python -m server.settings.reference`."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path
from typing import get_args, get_origin

from pydantic.fields import FieldInfo

from server.settings.sections import SECTIONS

_TOML_HEAD = """\
# Settings of Praxical. Every key is here with its default; delete what you leave as it is.
# An environment variable PRAXICAL_<SECTION>_<KEY> goes before this file, an option of the
# command line before both. Mistakes are reported all at once, with their lines, at the start.
"""
_PAGE_HEAD = """\
# Settings

Made from `server/settings/sections.py` by `python -m server.settings.reference`; edit there.

Read in this order, later ones winning: the defaults below; the file named by `--config`,
else by `PRAXICAL_CONFIG`, else `config/praxical.toml` where there is one;
environment variables; options of the command line.
All mistakes are reported at once, each with its line, and nothing starts.

Two variables are no settings: `PRAXICAL_CONFIG` names the file,
`PRAXICAL_DEMO_PASSWORD` is the password of all logins of `praxical demo`.
"""
_WIDTH = 94


def default_file() -> str:
    """Return config/praxical.toml: every key with its default and a comment."""
    parts = [_TOML_HEAD]
    for name, section in SECTIONS.items():
        parts.append(f"\n[{name}]  # {_first_line(section.__doc__)}\n")
        for key, field in section.model_fields.items():
            parts.append(_comment(f"{field.description} {_allowed(field)}".strip()))
            parts.append(f"{key} = {_toml(field.default)}\n")
    return "".join(parts)


def page() -> str:
    """Return docs/reference/settings.md."""
    parts = [_PAGE_HEAD]
    for name, section in SECTIONS.items():
        parts.append(f"\n## `[{name}]`\n\n{_first_line(section.__doc__)}\n\n")
        parts.append("| key | default | meaning | environment |\n|---|---|---|---|\n")
        for key, field in section.model_fields.items():
            meaning = f"{field.description} {_allowed(field)}".strip().replace("|", "\\|")
            variable = f"PRAXICAL_{name}_{key}".upper()
            parts.append(f"| `{key}` | `{_toml(field.default)}` | {meaning} | `{variable}` |\n")
    return "".join(parts)


def _first_line(docstring: str | None) -> str:
    return (docstring or "").partition("\n")[0]


def _comment(text: str) -> str:
    return textwrap.indent(textwrap.fill(text, _WIDTH), "# ") + "\n"


def _allowed(field: FieldInfo) -> str:
    bounds = {
        name: getattr(rule, name)
        for rule in field.metadata
        for name in ("ge", "le")
        if hasattr(rule, name)
    }
    if bounds:
        return f"{bounds['ge']} to {bounds['le']}."
    if field.annotation is bool:
        return "true or false."
    if get_origin(field.annotation) is tuple:
        return "A list of texts; in the environment separated by commas."
    choices = get_args(field.annotation)
    return f"One of {', '.join(json.dumps(choice) for choice in choices)}." if choices else ""


def _toml(value: object) -> str:
    return json.dumps(list(value) if isinstance(value, tuple) else value)


def write(root: Path) -> None:
    """Write both files below the root of the repository."""
    (root / "config/praxical.toml").write_text(default_file(), encoding="utf-8")
    (root / "docs/reference/settings.md").write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    write(Path(__file__).parents[2])
