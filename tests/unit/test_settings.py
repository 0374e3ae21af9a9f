"""Settings: three places to say them, and every mistake at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from server.settings import BadSettings, Overrides, Settings, load_settings
from server.settings.reference import default_file, page
from server.settings.sections import SECTIONS

ROOT = Path(__file__).parents[2]

WRONG = """\
port = 3
[server]
port = 99999
hots = "x"
host = 5
this is not TOML
trusted_proxies = ["10.0.0.0/8", "foo"]
[serve]
a = 1
[calendar]
delete_means = "burn"
show_cancelled = "yes"
index_past_days = 0
[database]
url = "mysql://praxical:hunter2@db/praxical"
"""

EXPECTED = """\
1: port: this key stands outside of any section; it belongs below [server]
3: [server] port: 99999 is not a port (1 to 65535)
4: [server] hots: is no key; did you mean 'host'?
5: [server] host: 5 is not a text in quotation marks
6: this is not TOML: expected '=' after a key in a key/value pair
7: [server] trusted_proxies: 'foo' is not an address or network such as 10.0.0.0/8
8: [serve] is no section; did you mean 'server'?
11: [calendar] delete_means: 'burn' is not one of "delete", "cancel"
12: [calendar] show_cancelled: 'yes' is not true or false
13: [calendar] index_past_days: 0 is not between 1 and 3660
15: [database] url: the address must begin with sqlite:///, postgresql:// or postgres://
"""


def _written(folder: Path, text: str) -> Path:
    path = folder / "praxical.toml"
    path.write_text(text, encoding="utf-8")
    return path


def _mistakes(config: Path | None, environment: dict[str, str] | None = None) -> list[str]:
    with pytest.raises(BadSettings) as refused:
        load_settings(config, environment or {})
    return refused.value.mistakes


def test_the_example_file_lists_every_key_with_its_default() -> None:
    example = ROOT / "config/praxical.toml"
    assert load_settings(example, {}) == Settings()
    said = example.read_text(encoding="utf-8").splitlines()
    for name, section in SECTIONS.items():
        assert any(line.startswith(f"[{name}]") for line in said)
        for key in section.model_fields:
            assert any(line.startswith(f"{key} = ") for line in said), key


def test_the_example_file_and_the_page_are_up_to_date() -> None:
    assert (ROOT / "config/praxical.toml").read_text(encoding="utf-8") == default_file()
    assert (ROOT / "docs/reference/settings.md").read_text(encoding="utf-8") == page()


def test_every_key_has_a_description() -> None:
    for section in SECTIONS.values():
        assert all(field.description for field in section.model_fields.values())


def test_without_a_file_the_defaults_hold(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert load_settings(None, {}) == Settings()


def test_the_file_in_the_config_folder_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "config").mkdir()
    _written(tmp_path / "config", "[server]\nport = 5299\n")
    monkeypatch.chdir(tmp_path)
    assert load_settings(None, {}).server.port == 5299


def test_the_environment_may_name_the_file(tmp_path: Path) -> None:
    path = _written(tmp_path, "[server]\nport = 5299\n")
    assert load_settings(None, {"PRAXICAL_CONFIG": str(path)}).server.port == 5299


def test_a_named_file_that_is_missing_is_a_mistake(tmp_path: Path) -> None:
    path = tmp_path / "absent.toml"
    assert _mistakes(path) == [
        f"{path}: the settings cannot be read: No such file or directory"
    ]


def test_a_file_that_is_not_text_is_a_mistake(tmp_path: Path) -> None:
    path = tmp_path / "binary.toml"
    path.write_bytes(b"\xff\xfe\x00")
    assert _mistakes(path) == [f"{path}: the settings cannot be read: it is not UTF-8"]


def test_the_environment_goes_before_the_file_and_the_command_line_before_both(
    tmp_path: Path,
) -> None:
    text = "[practice]\nslug = 'file'\n[server]\nhost = 'file'\nthreads = 3\n"
    path = _written(tmp_path, text)
    environment = {"PRAXICAL_PRACTICE_SLUG": "two", "PRAXICAL_SERVER_HOST": "environment"}
    settings = load_settings(path, environment, Overrides(practice="three"))
    assert settings.practice.slug == "three"
    assert settings.server.host == "environment"
    assert settings.server.threads == 3


def test_the_environment_speaks_text_and_is_understood_by_type() -> None:
    settings = load_settings(
        None,
        {
            "PRAXICAL_SERVER_TRUSTED_PROXIES": "10.0.0.0/8, ::1",
            "PRAXICAL_CALENDAR_SHOW_CANCELLED": "yes",
            "PRAXICAL_CALENDAR_DELETE_MEANS": "cancel",
            "PRAXICAL_BILLING_LATE_HOURS": " 48 ",
        },
    )
    assert settings.server.trusted_proxies == ("10.0.0.0/8", "::1")
    assert settings.calendar.show_cancelled is True
    assert settings.calendar.delete_means == "cancel"
    assert settings.billing.late_hours == 48


def test_all_mistakes_of_a_file_are_reported_at_once_with_their_lines(tmp_path: Path) -> None:
    path = _written(tmp_path, WRONG)
    found = _mistakes(path)
    assert [mistake.removeprefix(f"{path}:") for mistake in found] == EXPECTED.splitlines()


def test_no_mistake_repeats_the_password_of_a_database(tmp_path: Path) -> None:
    assert "hunter2" not in "\n".join(_mistakes(_written(tmp_path, WRONG)))


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[server]\nport = \n", 2),
        ("[server]\nport = 1\nport = 2\n", 3),
        ("[server\nport = 1\n", 1),
        ("[server]\n\n[server]\nport = 1\n", 3),
        ('[log]\nlevel = "info\n', 2),
        ('[server]\ntrusted_proxies = [\n"::1"\n', 3),
    ],
)
def test_a_line_that_is_not_toml_is_named(tmp_path: Path, text: str, line: int) -> None:
    path = _written(tmp_path, text)
    first, *_ = _mistakes(path)
    assert first.startswith(f"{path}:{line}: this is not TOML: ")


def test_mistakes_of_the_environment_name_the_variable() -> None:
    found = _mistakes(
        None,
        {
            "PRAXICAL_SERVER_THREADS": "eight",
            "PRAXICAL_FOO_X": "1",
            "PRAXICAL_SERVER_POTR": "1",
            "PATH": "/bin",
            "PRAXICAL_DEMO_PASSWORD": "not a setting",
        },
    )
    unknown, misspelt, untyped = found
    assert unknown.startswith("environment PRAXICAL_FOO_X: 'foo' is no section; there are ")
    assert misspelt.endswith("_POTR: [server] potr: is no key; did you mean 'port'?")
    assert untyped.endswith("_THREADS: [server] threads: 'eight' is not a whole number")


def test_mistakes_of_the_command_line_name_the_option() -> None:
    with pytest.raises(BadSettings, match=r"--practice: .*short name"):
        load_settings(None, {}, Overrides(practice="Not A Slug"))


def test_a_data_folder_on_the_command_line_means_the_embedded_database(tmp_path: Path) -> None:
    settings = load_settings(
        None,
        {"PRAXICAL_DATABASE_URL": "postgresql://db/praxical"},
        Overrides(data_dir=str(tmp_path)),
    )
    assert settings.data_dir == tmp_path
    assert settings.database_url == f"sqlite:///{tmp_path}/praxical.sqlite3"


def test_an_address_means_that_there_is_no_data_folder() -> None:
    settings = load_settings(None, {}, Overrides(database="postgresql://db/praxical"))
    assert settings.data_dir is None
    assert settings.database_url == "postgresql://db/praxical"


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        setattr(Settings().server, "port", 1)  # noqa: B010  # as a plain one mypy refuses it
