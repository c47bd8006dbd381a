"""The past answers as the present did, and what is asked of it is written nowhere."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from application.context import Context, Principal, system
from application.download_counts import DayCount
from application.emergency.commands import (
    CancelReport,
    ClaimReport,
    CorrectReport,
    ReleaseReport,
    ReopenReport,
    RequestPolice,
    ResolveReport,
    ViewCamera,
)
from application.errors import ApplicationError
from application.ledger_desk import CorrectDownloads
from application.past import KnownOn
from application.triggers import TriggerReport
from application.whatif.changes import EmptyPeriod, read_changes
from domain.base import DomainError
from domain.emergency.correcting import Correctable
from domain.emergency.vocabulary import Outcome
from domain.policy import SEOUL, Policy
from domain.roles import Role
from infrastructure.bootstrap import House
from infrastructure.settings import Settings
from tests.clusters import Database
from tests.memory import Staffed

INSTANTS = 100
STEPS = 110
PHONE = "a phone that nobody knows"
HERE = {"latitude_deg": 37.5301, "longitude_deg": 127.1238, "accuracy_m": 12.0}
GANGDONG, GURO = "11740", "11530"
KEK = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
FOLDS = ("service_board", "operator_queue", "operator_views", "report_detail", "usage_reports")


@pytest.fixture
def house(database: Database, tmp_path: Any) -> Iterator[House]:
    settings = Settings(
        database_url=database.service_url,
        admin_database_url=database.owner_url,
        home=tmp_path / "home",
        key_encryption_key=KEK,
    )
    with House(settings, role="test") as house:
        house.policy = Policy(cancel_window_s=0.0, view_dwell_s=0.0, view_stale_s=0.0)
        house.presence = Staffed()
        yield house


def folded(house: House) -> None:
    for name in FOLDS:
        while house.engine.step(name):
            pass


def person(role: Role, district: str | None = None) -> Context:
    who = Principal(id=str(uuid4()), role=role, district=district)
    return Context(principal=who, correlation_id=uuid4())


SYSTEM = system("test", correlation_id=uuid4())


@dataclass
class Night:
    """What a city does in a night, by chance, through the desks."""

    house: House
    chance: random.Random
    staff: list[Context] = field(
        default_factory=lambda: [
            person(Role.OPERATOR, GANGDONG),
            person(Role.SUPERVISOR, GANGDONG),
            person(Role.COORDINATOR),
        ]
    )
    reports: list[UUID] = field(default_factory=list)

    def raises(self) -> UUID:
        trigger_id = str(uuid4())
        body = {"trigger_id": trigger_id, "how": "button", "position": HERE}
        body["device"] = {"device_id": PHONE}
        report = TriggerReport(sent=body, fallback_id=trigger_id)
        receipt = self.house.emergency_desk.trigger(report, SYSTEM)
        self.reports.append(receipt.report_id)
        return receipt.report_id

    def step(self) -> None:
        """One thing that somebody does; a refusal is one, too."""
        if len(self.reports) < 3 or self.chance.random() < 0.15:
            self.raises()
            return
        report, who = self.chance.choice(self.reports[-6:]), self.chance.choice(self.staff)
        desk = self.house.emergency_desk
        views = self.house.viewing_desk
        note = "Seen home safely on camera."
        steps = (
            lambda: desk.cancel(CancelReport(report_id=report, device=PHONE), SYSTEM),
            lambda: desk.window_elapsed(report, SYSTEM),
            lambda: desk.window_elapsed(report, SYSTEM),
            lambda: desk.claim(ClaimReport(report_id=report), who),
            lambda: desk.release(ReleaseReport(report_id=report, reason="shift"), who),
            lambda: desk.view_camera(ViewCamera(report_id=report, camera_id="GD-1"), who),
            lambda: desk.request_police(RequestPolice(report_id=report), who),
            lambda: desk.resolve(
                ResolveReport(report_id=report, outcome=Outcome.POLICE_HANDLED, note=note), who
            ),
            lambda: desk.reopen(ReopenReport(report_id=report, reason="again"), who),
            lambda: desk.correct(
                CorrectReport(
                    report_id=report, field=Correctable.DISTRICT, value=GURO, reason="border"
                ),
                SYSTEM,
            ),
            lambda: views.shows(report, who),
            lambda: views.shows(report, who),
            lambda: views.hides(report, who),
            lambda: views.close_vanished(SYSTEM),
        )
        try:
            self.chance.choice(steps)()
        except (DomainError, ApplicationError):
            return


def answer(house: House, who: Context, as_of: int | datetime | None) -> tuple[Any, ...]:
    """The queue and what stood on the screens."""
    position, rows = house.reading_desk.queue(who, as_of=as_of)
    past = None if as_of is None else position
    shown = {dict(row)["report_id"] for row in rows}
    return position, rows, house.reading_desk.watched(who, shown, as_of=past)


def test_the_past_is_what_was_shown_then(house: House) -> None:
    chance = random.Random(20_231_122)
    night = Night(house, chance)
    auditor = person(Role.AUDITOR)
    askers = (auditor, night.staff[0])
    recorded: list[tuple[datetime, tuple[Any, ...]]] = []
    for _ in range(STEPS):
        night.step()
        folded(house)
        recorded.append((house.clock.now(), tuple(answer(house, who, None) for who in askers)))
    folded(house)
    instants = chance.sample(recorded, INSTANTS)
    for moment, shown in instants:
        for who, then in zip(askers, shown, strict=True):
            assert answer(house, who, then[0]) == then
            assert answer(house, who, moment) == then
    watched = [one for _, ((_, _, watching), _) in recorded for one in watching]
    assert any(one["viewers"] for one in watched)
    assert any(one["cameras"] for one in watched)
    assert max(len(rows) for _, ((_, rows, _), _) in recorded) > 3
    assert house.statistics_view.usage(house.reader.head()) == house.statistics_view.usage()


def test_figures_are_known_as_they_were_before_a_correction(house: House) -> None:
    report_id = Night(house, random.Random(1)).raises()
    house.emergency_desk.window_elapsed(report_id, SYSTEM)
    before = house.reader.head()
    command = CorrectReport(
        report_id=report_id, field=Correctable.DISTRICT, value=GURO, reason="border", fact=before
    )
    assert house.emergency_desk.correct(command, SYSTEM).position == before + 1
    assert house.emergency_desk.correct(command, SYSTEM).position is None
    folded(house)
    auditor = person(Role.AUDITOR)
    desk = house.reading_desk
    assert desk.usage(auditor)["counted_by_district"] == {GURO: 1}
    assert desk.usage(auditor, as_of=before)["counted_by_district"] == {GANGDONG: 1}
    now, then = desk.report(auditor, report_id), desk.report(auditor, report_id, as_of=before)
    assert (now["district"], then["district"]) == (GURO, GANGDONG)
    [mark] = now["corrections"]
    assert (mark["was"], mark["value"], mark["reason"]) == (GANGDONG, GURO, "border")
    assert then["corrections"] == []
    today = house.clock.now().astimezone(SEOUL).date()
    known = desk.report(auditor, report_id, as_of=KnownOn(today))
    assert known["district"] == GURO
    yesterday = KnownOn(today - timedelta(days=1))
    assert desk.usage(auditor, as_of=yesterday)["counted"] == 0
    assert desk.usage(auditor, as_of=KnownOn(date(2020, 1, 1)))["total"] == 0


def test_the_ledger_is_known_as_it_was_before_a_store_restated(house: House) -> None:
    day = date(2026, 1, 1)
    house.ledger_desk.report_downloads([DayCount(store="google", day=day, count=5)], SYSTEM)
    before = house.reader.head()
    restated = CorrectDownloads(store="google", day=day, count=7, reason="restated")
    house.ledger_desk.correct_downloads(restated, SYSTEM)
    while house.engine.step("download_statistics"):
        pass
    auditor, desk = person(Role.AUDITOR), house.reading_desk
    assert desk.downloads(auditor)["total"] == 7
    assert desk.downloads(auditor, as_of=before)["total"] == 5
    assert desk.downloads(auditor, as_of=house.reader.head()) == desk.downloads(auditor)


def test_a_screen_that_vanishes_is_closed_for_it(house: House) -> None:
    night = Night(house, random.Random(2))
    report_id, who = night.raises(), night.staff[0]
    assert house.viewing_desk.shows(report_id, who).noted
    assert house.viewing_desk.close_vanished(SYSTEM) == 1
    assert house.viewing_desk.close_vanished(SYSTEM) == 0
    folded(house)
    assert answer(house, who, None)[2] == []
    topics = kept_topics(house, "viewing.")
    assert topics == ["viewing.begun", "viewing.opened", "viewing.closed"]


def kept_topics(house: House, family: str) -> list[str]:
    with house.database.connection() as connection:
        rows = connection.execute(
            "SELECT topic FROM events WHERE topic ^@ %s ORDER BY position", (family,)
        ).fetchall()
    return [topic for (topic,) in rows]


def test_another_window_is_tried_without_a_word_in_the_log(house: House) -> None:
    night = Night(house, random.Random(3))
    report_id = night.raises()
    house.emergency_desk.window_elapsed(report_id, SYSTEM)
    house.emergency_desk.cancel(CancelReport(report_id=report_id, device=PHONE), SYSTEM)
    head = house.reader.head()
    told = house.what_if(read_changes(["cancel_window_s=7"]), None, None, lambda *_: None)
    [late] = told["cancels"]["would_count"]
    assert late["report_id"] == report_id
    assert house.reader.head() == head
    with pytest.raises(EmptyPeriod):
        house.what_if(read_changes(["cancel_window_s=7"]), house.clock.now(), None, lambda *_: None)
