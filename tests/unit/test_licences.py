"""Every package that we build on has a licence that fits GPL-3.0-or-later."""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

import pytest

REQUIREMENTS = Path(__file__).resolve().parents[2] / "requirements"

# Words of a licence expression, a licence field or a classifier that stand for a licence which
# a GPL-3.0-or-later work may be combined with.
FIT = re.compile(
    r"\b(?:MIT|BSD|Apache|ISC|PSFL?|Python Software Foundation|MPL|Mozilla|0BSD|Unlicense|Zlib"
    r"|LGPL|Lesser General Public|GPL-3|GPLv3|GPL v3|PostgreSQL)",
    re.IGNORECASE,
)
# Fit for nothing that is linked with us; these two are only ever started as programs.
PROGRAMS = {
    "caldav-server-tester": "AGPL-3.0-or-later",
    "codespell": "GPL-2.0-only",
}

# What says it only in the file of its licence, read by us.
READ = {"axe-playwright-python": "MIT"}


def pinned(file: str) -> set[str]:
    return set(re.findall(r"^([\w.-]+)==", (REQUIREMENTS / file).read_text(), re.MULTILINE))


def licence_of(package: str) -> str:
    """Say what the package calls its licence: the expression, else field and classifiers."""
    about = metadata(package)
    if package in READ:
        return READ[package]
    fields: list[str] = about.get_all("License-Expression", []) or about.get_all("License", [])
    classifiers: list[str] = about.get_all("Classifier", [])
    # Some put the whole text into the field; its first line names it.
    names = [field.strip().partition("\n")[0] for field in fields]
    return "; ".join([*names, *(c for c in classifiers if c.startswith("License"))])


def unfit(packages: set[str]) -> dict[str, str]:
    found = {}
    for package in packages - PROGRAMS.keys():
        try:
            licence = licence_of(package)
        except PackageNotFoundError:  # pinned for another system or Python
            continue
        if not FIT.search(licence):
            found[package] = licence
    return found


@pytest.mark.parametrize("file", ["runtime.txt", "dev.txt"])
def test_every_pinned_package_has_a_licence_that_fits_ours(file: str) -> None:
    assert unfit(pinned(file)) == {}


def test_programs_under_unfit_licences_are_no_part_of_what_is_shipped() -> None:
    assert pinned("runtime.txt") & PROGRAMS.keys() == set()


@pytest.mark.parametrize(("package", "licence"), PROGRAMS.items())
def test_a_program_kept_apart_still_has_the_licence_it_is_kept_apart_for(
    package: str, licence: str
) -> None:
    assert licence_of(package).startswith(licence)
