"""Column types: how instants, choices and lists of words lie in a row."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Final, TypeVar

from sqlalchemy import BigInteger, Column, ForeignKeyConstraint, MetaData, String, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator
from typing_extensions import override

_Choice = TypeVar("_Choice", bound=StrEnum)

METADATA: Final = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
EARLIEST: Final = -62_135_596_800
"""The first second of year 1 (UTC), the earliest that can be written."""
LATEST: Final = 253_402_300_799
"""The last second of year 9999 (UTC)."""
_SECOND: Final = timedelta(seconds=1)
_from_timestamp: Final = datetime.fromtimestamp


def epoch(moment: datetime) -> int:
    """Return whole seconds since 1970 (UTC), rounded down; the moment is aware."""
    return (moment - EPOCH) // _SECOND


def moment_of(seconds: int) -> datetime:
    """Return the instant (UTC); beyond the years 1 to 9999 the nearest that can be written."""
    if 0 <= seconds <= LATEST:
        return datetime.fromtimestamp(seconds, UTC)
    return EPOCH + timedelta(seconds=min(max(seconds, EARLIEST), LATEST))


# These types say themselves how a value is converted, both ways: as process_bind_param and
# process_result_value a value would pass through two further calls.
class Instant(TypeDecorator[datetime]):
    """An aware datetime, stored as whole seconds since 1970 and read back in UTC."""

    impl = BigInteger
    cache_ok = True

    @override
    def bind_processor(self, dialect: Dialect) -> Callable[[datetime | None], int | None]:
        return _seconds

    @override
    def result_processor(
        self, dialect: Dialect, coltype: object
    ) -> Callable[[int | None], datetime | None]:
        return _moment


def _seconds(moment: datetime | None) -> int | None:
    return None if moment is None else (moment - EPOCH) // _SECOND


def _moment(seconds: int | None) -> datetime | None:
    if seconds is None:
        return None
    # Thousands are read at once: no further call for those that are not extraordinary.
    return _from_timestamp(seconds, UTC) if 0 <= seconds <= LATEST else moment_of(seconds)


class Choice(TypeDecorator[_Choice]):
    """One of a closed list, stored by its value."""

    impl = String
    cache_ok = True

    def __init__(self, choices: type[_Choice]) -> None:
        self.choices = choices
        super().__init__()

    @override
    def bind_processor(self, dialect: Dialect) -> Callable[[_Choice | None], str | None]:
        return _value_of

    @override
    def result_processor(
        self, dialect: Dialect, coltype: object
    ) -> Callable[[str | None], _Choice | None]:
        choices = self.choices
        known = {choice.value: choice for choice in choices}

        def choice_of(value: str | None) -> _Choice | None:
            return None if value is None else known.get(value) or choices(value)

        return choice_of


def _value_of(choice: StrEnum | None) -> str | None:
    return None if choice is None else choice.value


class Words(TypeDecorator[tuple[str, ...]]):
    """A tuple of texts, stored as a JSON array."""

    impl = Text
    cache_ok = True

    @override
    def bind_processor(self, dialect: Dialect) -> Callable[[tuple[str, ...] | None], str]:
        return _json_array

    @override
    def result_processor(
        self, dialect: Dialect, coltype: object
    ) -> Callable[[str | None], tuple[str, ...]]:
        return _tuple_of


def _json_array(words: tuple[str, ...] | None) -> str:
    return json.dumps(words) if words else "[]"


def _tuple_of(array: str | None) -> tuple[str, ...]:
    return () if array is None or array == "[]" else tuple(json.loads(array))


class Pairs(TypeDecorator[Mapping[str, Any]]):
    """A mapping of texts, stored as a JSON object."""

    impl = Text
    cache_ok = True

    @override
    def bind_processor(self, dialect: Dialect) -> Callable[[Mapping[str, Any] | None], str]:
        return _json_object

    @override
    def result_processor(
        self, dialect: Dialect, coltype: object
    ) -> Callable[[str | None], Mapping[str, Any]]:
        return _mapping_of


def _json_object(pairs: Mapping[str, Any] | None) -> str:
    return json.dumps(dict(pairs), sort_keys=True) if pairs else "{}"


def _mapping_of(text: str | None) -> Mapping[str, Any]:
    return {} if text is None or text == "{}" else json.loads(text)


def code() -> String:
    """Return the type of an id, key or path segment: ordered by code point on both engines."""
    return String().with_variant(String(collation="C"), "postgresql")


def practice_key() -> Column[int]:
    """Return the first column of every primary key."""
    return Column("practice_id", BigInteger, primary_key=True, autoincrement=False)


def key(name: str) -> Column[str]:
    """Return a further column of a primary key."""
    return Column(name, code(), primary_key=True)


def points_to(
    table: str, columns: Mapping[str, str], *, cascade: bool = False, deferred: bool = False
) -> ForeignKeyConstraint:
    """Return a foreign key inside the practice; ``columns`` maps own to foreign names."""
    return ForeignKeyConstraint(
        ["practice_id", *columns],
        [f"{table}.practice_id", *(f"{table}.{name}" for name in columns.values())],
        ondelete="CASCADE" if cascade else None,
        deferrable=True if deferred else None,
        initially="DEFERRED" if deferred else None,
    )


def of_practice() -> ForeignKeyConstraint:
    """Return the foreign key of a table that hangs on nothing but its practice."""
    return ForeignKeyConstraint(["practice_id"], ["practice.practice_id"])
