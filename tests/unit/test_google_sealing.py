"""What is sealed opens for its practice, row and purpose, and with its key, and not else."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from server.domain.ids import PracticeId
from server.practice_db.key_file import Keys, NoKey, make_key_file, read_keys
from server.practice_db.sealing import Purpose, Sealing, WrongKey

OLD, NEW = b"o" * 32, b"n" * 32
SEALING = Sealing(Keys("old", {"old": OLD}), PracticeId(1))
ROTATED = Sealing(Keys("new", {"new": NEW, "old": OLD}), PracticeId(1))
SECRET = "1//refresh"


def test_what_is_sealed_opens_again() -> None:
    sealed = SEALING.seal(SECRET, "link", Purpose.REFRESH)
    assert SECRET not in sealed
    assert SEALING.open(sealed, "link", Purpose.REFRESH) == SECRET


def test_the_same_text_is_sealed_otherwise_each_time() -> None:
    once, again = (SEALING.seal(SECRET, "link", Purpose.REFRESH) for _ in range(2))
    assert once != again


def test_nothing_stays_nothing() -> None:
    assert SEALING.open(SEALING.seal("", "link", Purpose.ACCESS), "link", Purpose.ACCESS) == ""


@pytest.mark.parametrize(
    ("sealing", "row", "purpose"),
    [
        (SEALING, "other", Purpose.REFRESH),
        (SEALING, "link", Purpose.ACCESS),
        (Sealing(SEALING.keys, PracticeId(2)), "link", Purpose.REFRESH),
        (Sealing(Keys("old", {"old": NEW}), PracticeId(1)), "link", Purpose.REFRESH),
        (Sealing(Keys("new", {"new": OLD}), PracticeId(1)), "link", Purpose.REFRESH),
    ],
    ids=["another row", "another purpose", "another practice", "another key", "key unknown"],
)
def test_what_is_moved_does_not_open(sealing: Sealing, row: str, purpose: Purpose) -> None:
    sealed = SEALING.seal(SECRET, "link", Purpose.REFRESH)
    with pytest.raises(WrongKey):
        sealing.open(sealed, row, purpose)


@pytest.mark.parametrize("sealed", ["1.old.!", "1.old.", "2.old.AAAA", "x", "1.old.AAAA"])
def test_what_is_damaged_does_not_open(sealed: str) -> None:
    with pytest.raises(WrongKey):
        SEALING.open(sealed, "link", Purpose.REFRESH)


def test_after_a_change_of_keys_what_was_sealed_before_still_opens() -> None:
    sealed = SEALING.seal(SECRET, "link", Purpose.REFRESH)
    assert ROTATED.open(sealed, "link", Purpose.REFRESH) == SECRET
    assert not ROTATED.is_current(sealed)
    assert ROTATED.is_current(ROTATED.seal(SECRET, "link", Purpose.REFRESH))


EARLY = {
    "old": "old.9c4ceb442995f60c70d41a2b5182940c5df1ea37b07bcd76395764ff072a17cd",
    "new": "new.3d6c66772c9064c8bca5bb4cc9c7198ecf89ada81a7bf7940098323dbe4bce84",
}
"""Hashes of one account as early versions stored them, by the name of their key."""


def test_an_account_is_known_by_an_early_hash_as_long_as_its_key_is_there() -> None:
    assert ROTATED.is_account("sub-1", EARLY["old"])
    assert ROTATED.is_account("sub-1", EARLY["new"])
    assert not ROTATED.is_account("sub-2", EARLY["old"])
    assert not SEALING.is_account("sub-1", EARLY["new"])


def test_a_key_file_is_made_once_and_for_its_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "praxical.key"
    assert make_key_file(path)
    keys = read_keys(path)
    assert not make_key_file(path)
    assert read_keys(path) == keys
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert len(keys.by_name[keys.current]) == 32


def test_the_first_key_seals_and_all_open(tmp_path: Path) -> None:
    path, other = tmp_path / "a", tmp_path / "b"
    make_key_file(path)
    make_key_file(other)
    old, new = read_keys(path), read_keys(other)
    both = tmp_path / "both"
    both.write_text(other.read_text() + path.read_text())
    both.chmod(0o600)
    assert read_keys(both) == Keys(new.current, {**new.by_name, **old.by_name})


@pytest.mark.parametrize("content", ["", "# nothing\n", "name key\n", "é", "a b c\n"])
def test_a_file_that_holds_no_keys_is_said_to(tmp_path: Path, content: str) -> None:
    path = tmp_path / "praxical.key"
    path.write_text(content)
    path.chmod(0o600)
    with pytest.raises(NoKey):
        read_keys(path)


def test_a_key_file_that_is_missing_or_open_to_all_is_said_to_be(tmp_path: Path) -> None:
    path = tmp_path / "praxical.key"
    with pytest.raises(NoKey, match="migrate"):
        read_keys(path)
    make_key_file(path)
    path.chmod(0o644)
    with pytest.raises(NoKey, match="chmod 600"):
        read_keys(path)
    with pytest.raises(NoKey, match="key_file"):
        read_keys(None)


def test_a_key_is_not_shown() -> None:
    assert "ooo" not in repr(SEALING)
