"""Random changes from several devices: every copy converges, every old token still tells."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from typing_extensions import override

from server.domain.errors import PracticeError, UidConflict
from server.domain.ids import AppointmentId
from server.domain.when import RecurrenceKey
from server.practice_db.engines import database_file
from server.usecases.clock import SystemClock
from server.usecases.delete_appointment import (
    cancel_appointment,
    delete_appointment,
    restore_appointment,
)
from server.usecases.edit_appointment import Scope, Target
from server.usecases.maintain import maintain
from server.usecases.ports import OccurrenceFilter
from tests.databases import PostgresServer
from tests.property.devices import Device, Moment, MovingClock, listing, moment
from tests.property.in_process import Inside, opened, shared
from tests.system.events import monday, times, vcalendar, vevent, without
from tests.system.phone import Answer, Phone
from tests.system.practice import ALMA, operator

APPOINTMENTS, MINE, DESKS = "/alma/appointments/", "/alma/mine/", "/desk/alma/"
TITLES = st.sampled_from(("Lunch", "acupinitial Jane Doe", "psy50 Maria Garcia", "JD #arrived"))
CHANGES = st.sampled_from(
    ("STATUS:CANCELLED", "TRANSP:TRANSPARENT", "X-NOTE:a,b;c", "LOCATION:Main street", "")
)
FEWEST = 6
"""On PostgreSQL each example takes a database of its own."""
PICK = st.integers(0, 10_000)
OWN = st.sampled_from((APPOINTMENTS, MINE))
Opening = Callable[[], AbstractContextManager[Inside]]


class Calendars(RuleBasedStateMachine):
    """Two calendars of one person, two devices of hers, and the front desk beside them."""

    opening: ClassVar[Opening]

    def __init__(self) -> None:
        super().__init__()
        self._open = type(self).opening()
        self.inside = self._open.__enter__()
        self.clock = MovingClock(SystemClock().now())
        self.inside.house.clock = self.clock
        self.alma, self.desk = self.inside.phone("alma"), self.inside.phone("desk")
        self.numbers = count()
        self.sent: dict[str, str] = {}
        self.moments: list[Moment] = []
        self.devices = [Device(self.alma, APPOINTMENTS), Device(self.alma, MINE)]
        self.devices += [Device(self.alma, APPOINTMENTS), Device(self.alma, MINE)]
        self.devices.append(Device(self.desk, DESKS))

    @initialize()
    def make(self) -> None:
        assert self.alma.mkcalendar(MINE, "VEVENT", "VTODO").status == 201

    # --- what apps do ---------------------------------------------------------------------

    @rule(
        title=TITLES, path=OWN | st.just(DESKS), week=st.integers(-3, 3), series=st.booleans()
    )
    def put_new(self, title: str, path: str, week: int, series: bool) -> None:
        number = next(self.numbers)
        start = monday(week, 8 + number % 9)
        lines = ["RRULE:FREQ=WEEKLY;COUNT=4"] if series else []
        path = f"{path}{number}.ics"
        self.sent[path] = vcalendar(vevent(f"uid-{number}", title, times(start), *lines))
        self._answered(self._phone(path).put(path, self.sent[path], If_None_Match="*"))

    @rule(pick=PICK)
    def put_again(self, pick: int) -> None:
        """Bring back, under its old name, what may be gone or elsewhere by now."""
        path = self._picked(self.sent, pick)
        if path is not None:
            self._answered(self._phone(path).put(path, self.sent[path]))

    @rule(device=PICK, pick=PICK, line=CHANGES, title=st.booleans(), known=st.booleans())
    def change(self, device: int, pick: int, line: str, title: bool, known: bool) -> None:
        """Change a copy, perhaps a stale one, with or without saying which it was."""
        held = self._device(device)
        name = self._picked(held.texts, pick)
        if name is None:
            return
        text = (
            without(held.texts[name], line.partition(":")[0] + ":")
            if line
            else held.texts[name]
        )
        text = text.replace("END:VEVENT", f"{line}\r\nEND:VEVENT" if line else "END:VEVENT", 1)
        if title:
            text = without(text, "SUMMARY").replace("END:VEVENT", "SUMMARY:Tea\r\nEND:VEVENT")
        condition = {"If_Match": held.tags[name]} if known else {}
        self._answered(held.phone.put(f"{held.path}{name}", text, **condition))

    @rule(device=PICK, pick=PICK, known=st.booleans())
    def delete(self, device: int, pick: int, known: bool) -> None:
        held = self._device(device)
        name = self._picked(held.tags, pick)
        if name is not None:
            condition = {"If_Match": held.tags[name]} if known else {}
            self._answered(held.phone.delete(f"{held.path}{name}", **condition))

    @rule(
        pick=PICK,
        source=OWN,
        into=OWN,
        overwrite=st.sampled_from("TF"),
        renames=st.booleans(),
    )
    def move(self, pick: int, source: str, into: str, overwrite: str, renames: bool) -> None:
        name = self._picked(listing(self.alma, source), pick)
        if name is not None:
            to = f"{into}{next(self.numbers)}.ics" if renames else f"{into}{name}"
            self._answered(self.alma.move(f"{source}{name}", to, Overwrite=overwrite))

    @rule(pick=PICK, source=OWN, into=OWN)
    def move_as_thunderbird_does(self, pick: int, source: str, into: str) -> None:
        name = self._picked(listing(self.alma, source), pick)
        if name is not None and source != into:
            text = self.alma.get(f"{source}{name}").text
            self._answered(self.alma.put(f"{into}{name}", text, If_None_Match="*"))
            self._answered(self.alma.delete(f"{source}{name}"))

    # --- what the practice does -------------------------------------------------------------

    @rule(
        pick=PICK,
        act=st.sampled_from((cancel_appointment, delete_appointment)),
        scope=st.sampled_from(Scope),
    )
    def end(self, pick: int, act: Callable[..., None], scope: Scope) -> None:
        with self.inside.database.reading() as uow:
            rows = uow.appointments.occurrences(OccurrenceFilter(practitioner=ALMA))
        if rows:
            row = rows[pick % len(rows)]
            key = row.key if scope is not Scope.ALL else RecurrenceKey("")
            self._does(act, Target(row.appointment, key, scope))

    @rule(pick=PICK)
    def restore(self, pick: int) -> None:
        with self.inside.database.reading() as uow:
            gone = sorted(uow.appointments.ids(deleted=True))
        if gone:
            self._does(restore_appointment, Target(AppointmentId(gone[pick % len(gone)])))

    @rule(minutes=st.sampled_from((1, 5, 11)))
    def wait(self, minutes: int) -> None:
        self.clock.advance(timedelta(minutes=minutes))
        maintain(self.inside.database, operator(self.clock))

    # --- what must hold ---------------------------------------------------------------------

    @rule(device=PICK)
    def sync(self, device: int) -> None:
        held = self._device(device)
        held.sync()
        held.agrees()

    @rule(path=OWN | st.just(DESKS))
    def remember(self, path: str) -> None:
        self.moments.append(moment(self._phone(path), path))

    @invariant()
    def replayed_from_any_token_the_log_gives_the_present(self) -> None:
        for past in self.moments[-3:]:
            phone = self._phone(past.path)
            assert past.replay(phone) == listing(phone, past.path)

    @override
    def teardown(self) -> None:
        try:
            for past in self.moments:
                phone = self._phone(past.path)
                assert past.replay(phone) == listing(phone, past.path)
            for device in self.devices:
                device.sync()
                device.agrees()
            assert self.inside.findings() == []
        finally:
            self._open.__exit__(None, None, None)

    # --- how --------------------------------------------------------------------------------

    def _phone(self, path: str) -> Phone:
        return self.desk if path.startswith(DESKS) else self.alma

    def _device(self, number: int) -> Device:
        return self.devices[number % len(self.devices)]

    @staticmethod
    def _picked(names: dict[str, str], pick: int) -> str | None:
        return sorted(names)[pick % len(names)] if names else None

    @staticmethod
    def _answered(answer: Answer) -> None:
        """Whatever was asked, it is done or refused by name; nothing ever breaks."""
        assert answer.status in (201, 204, 403, 404, 409, 412), (answer.status, answer.text)

    def _does(self, act: Callable[..., None], target: Target) -> None:
        try:
            with self.inside.database.writing() as uow:
                act(uow, operator(self.clock), target)
        except PracticeError:
            return


def test_what_was_put_anew_is_not_restored_beside_it(sqlite_inside: Inside) -> None:
    alma, database = sqlite_inside.phone("alma"), sqlite_inside.database
    text = vcalendar(vevent("again", "Lunch", times(monday())))
    alma.put("one.ics", text)
    alma.delete("one.ics")
    with database.reading() as uow:
        (deleted,) = uow.appointments.ids(deleted=True)
    alma.put("one.ics", text)
    with database.writing() as uow, pytest.raises(UidConflict):
        restore_appointment(uow, operator(), Target(deleted))
    assert sqlite_inside.findings() == []


def _run(opening: Opening, chosen: settings) -> None:
    machine: type[Calendars] = type(
        "OpenedCalendars", (Calendars,), {"opening": staticmethod(opening)}
    )
    run_state_machine_as_test(machine, settings=settings(chosen, stateful_step_count=30))


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_devices_converge_whatever_happens(sqlite_template: Path, tmp_path: Path) -> None:
    folders = (tmp_path / str(number) for number in count())

    @contextmanager
    def copied() -> Iterator[Inside]:
        folder = next(folders)
        shutil.copytree(sqlite_template, folder)
        with opened(database_file(folder)) as inside:
            yield inside

    _run(copied, shared())


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.postgres
def test_devices_converge_whatever_happens_on_postgresql(
    postgres_server: PostgresServer,
) -> None:
    @contextmanager
    def created() -> Iterator[Inside]:
        name = postgres_server.create_prepared()
        with opened(postgres_server.url(name)) as inside:
            yield inside
        postgres_server.drop(name)

    _run(created, shared(FEWEST))
