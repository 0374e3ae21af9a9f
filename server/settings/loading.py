"""Settings are read from three places, and every mistake in them is reported at once."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, get_args, get_origin

from pydantic import ValidationError

from server.settings.sections import SECTIONS, Settings
from server.settings.toml_lines import TomlFile, read_toml

DEFAULT_CONFIG = Path("config/praxical.toml")
PREFIX = "PRAXICAL_"
OTHER_VARIABLES = frozenset({"PRAXICAL_CONFIG", "PRAXICAL_DEMO_PASSWORD"})
"""Environment variables that are no settings: the settings' file, the demo's logins."""

_TRUE = frozenset({"true", "yes", "on", "1"})
_FALSE = frozenset({"false", "no", "off", "0"})


class BadSettings(Exception):
    """The settings hold mistakes; one sentence for each, none repeats a password."""

    def __init__(self, mistakes: list[str]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


@dataclass(frozen=True, slots=True)
class Overrides:
    """What the command line says; None leaves the file and the environment in force."""

    data_dir: str | None = None
    database: str | None = None
    practice: str | None = None


@dataclass(slots=True)
class _Draft:
    """Values and where each was said, by (section, key); mistakes by where and line."""

    values: dict[tuple[str, str], object] = field(default_factory=dict)
    places: dict[tuple[str, str], tuple[str, int]] = field(default_factory=dict)
    mistakes: list[tuple[str, int, str]] = field(default_factory=list)

    def say(self, address: tuple[str, str], value: object, place: tuple[str, int]) -> None:
        """Set a value over what was said before."""
        self.values[address] = value
        self.places[address] = place

    def refuse(self, place: tuple[str, int], sentence: str) -> None:
        """Note a mistake."""
        self.mistakes.append((*place, sentence))


def load_settings(
    config: Path | None, environment: Mapping[str, str], overrides: Overrides | None = None
) -> Settings:
    """Return the settings: defaults, then the file, the environment, the command line.

    ``config`` None takes PRAXICAL_CONFIG, else config/praxical.toml where there is one.
    Raises BadSettings with every mistake.
    """
    draft = _Draft()
    _add_file(draft, config, environment)
    _add_environment(draft, environment)
    _add_overrides(draft, overrides or Overrides())
    settings = _validated(draft)
    if draft.mistakes or settings is None:
        found = sorted(set(draft.mistakes))
        raise BadSettings(
            [
                f"{place}:{line}: {what}" if line else f"{place}: {what}"
                for place, line, what in found
            ]
        )
    return settings


def _add_file(draft: _Draft, config: Path | None, environment: Mapping[str, str]) -> None:
    named = config or (Path(name) if (name := environment.get("PRAXICAL_CONFIG")) else None)
    path = named or DEFAULT_CONFIG
    if named is None and not path.exists():
        return
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        draft.refuse((str(path), 0), f"the settings cannot be read: {reason}")
        return
    _add_toml(draft, str(path), read_toml(text))


def _add_toml(draft: _Draft, path: str, toml: TomlFile) -> None:
    for line, what in toml.malformed:
        draft.refuse((path, line), f"this is not TOML: {what}")
    for section, values in toml.values.items():
        place = (path, toml.lines.get(section, 1))
        if not isinstance(values, dict):
            draft.refuse(place, f"{section}: {_no_section_around(section)}")
        elif section not in SECTIONS:
            draft.refuse(place, f"[{section}] {_unknown('section', section, SECTIONS)}")
        else:
            for key, value in values.items():
                line = toml.lines.get(f"{section}.{key}", place[1])
                draft.say((section, key), value, (path, line))


def _no_section_around(key: str) -> str:
    homes = [f"[{name}]" for name, section in SECTIONS.items() if key in section.model_fields]
    hint = f"; it belongs below {homes[0]}" if homes else ""
    return f"this key stands outside of any section{hint}"


def _unknown(what: str, name: str, known: Mapping[str, object]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    meant = f"did you mean '{near[0]}'?" if near else "there are " + ", ".join(known)
    return f"is no {what}; {meant}"


def _add_environment(draft: _Draft, environment: Mapping[str, str]) -> None:
    for variable, text in environment.items():
        if not variable.startswith(PREFIX) or variable in OTHER_VARIABLES:
            continue
        section, _, key = variable.removeprefix(PREFIX).lower().partition("_")
        place = (f"environment {variable}", 0)
        if section not in SECTIONS:
            draft.refuse(place, f"'{section}' {_unknown('section', section, SECTIONS)}")
        else:
            draft.say((section, key), _from_text(section, key, text), place)


def _from_text(section: str, key: str, text: str) -> object:
    """Return the text as the type of its key; as it is where it is not of that type."""
    field_info = SECTIONS[section].model_fields.get(key)
    wanted = field_info.annotation if field_info else str
    bare = text.strip()
    if wanted is bool and bare.lower() in _TRUE | _FALSE:
        return bare.lower() in _TRUE
    if wanted is int and bare.lstrip("+-").isdecimal():
        return int(bare)
    if get_origin(wanted) is tuple:
        return tuple(word.strip() for word in bare.split(",") if word.strip())
    return text


def _add_overrides(draft: _Draft, overrides: Overrides) -> None:
    said = (
        ("database", "url", "--database", overrides.database),
        ("database", "data_dir", "--data-dir", overrides.data_dir),
        ("practice", "slug", "--practice", overrides.practice),
    )
    for section, key, option, value in said:
        if value is not None:
            draft.say((section, key), value, (option, 0))
    if overrides.data_dir is not None and overrides.database is None:
        # A folder on the command line means the embedded database, whatever the file says.
        draft.values.pop(("database", "url"), None)


def _validated(draft: _Draft) -> Settings | None:
    nested: dict[str, dict[str, object]] = {}
    for (section, key), value in draft.values.items():
        nested.setdefault(section, {})[key] = value
    try:
        return Settings.model_validate(nested)
    except ValidationError as error:
        for mistake in error.errors(include_url=False):
            section, key = str(mistake["loc"][0]), str(mistake["loc"][1])
            sentence = _sentence(section, key, mistake["type"], mistake)
            draft.refuse(draft.places[section, key], f"[{section}] {key}: {sentence}")
        return None


def _sentence(section: str, key: str, kind: str, mistake: Mapping[str, Any]) -> str:
    context: Mapping[str, Any] = mistake.get("ctx", {})
    field_info = SECTIONS[section].model_fields.get(key)
    is_secret = field_info is not None and not field_info.repr
    given = "the value" if is_secret else _shown(mistake["input"])
    match kind:
        case "extra_forbidden":
            return _unknown("key", key, SECTIONS[section].model_fields)
        case "value_error":
            return str(context["error"])
        case "greater_than_equal" | "less_than_equal":
            return f"{given} is not {_range(section, key)}"
        case "literal_error":
            choices = get_args(SECTIONS[section].model_fields[key].annotation)
            return f"{given} is not one of " + ", ".join(f'"{choice}"' for choice in choices)
        case _:
            return f"{given} is not {_TYPES.get(kind, 'a value of the right type')}"


_TYPES = {
    "int_type": "a whole number",
    "bool_type": "true or false",
    "string_type": "a text in quotation marks",
    "tuple_type": 'a list such as ["10.0.0.0/8"]',
}


def _range(section: str, key: str) -> str:
    metadata = SECTIONS[section].model_fields[key].metadata
    least = next(rule.ge for rule in metadata if hasattr(rule, "ge"))
    most = next(rule.le for rule in metadata if hasattr(rule, "le"))
    return f"between {least} and {most}"


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f"'{value[:40]}'" if isinstance(value, str) else str(value)[:40]
