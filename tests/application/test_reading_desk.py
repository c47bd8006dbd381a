"""Personal data leaves opened and recorded, or not at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from pydantic import BaseModel

from application.access import Access, AccessKind, Task
from application.context import Context
from application.errors import FoldBehind, Forbidden, Unknown
from application.past import InFuture, KnownOn, Past
from application.reading_desk import ReadingDesk
from application.watching import Watched
from domain.base import SealedPart
from domain.emergency.facts import track_of
from domain.roles import Role
from tests.application.house import (
    AUDITOR,
    CHOI_OF_GURO,
    CITIZEN,
    COORDINATOR,
    JIYOUNG,
    KIM,
    SYSTEM,
    asked_by,
)
from tests.memory import GANGDONG, GURO, FrozenClock
from tests.scenario import T0

REPORT = uuid4()
GUARDIAN = uuid4()
SECRET = {"position": {"latitude_deg": 37.5}, "note": "hid in a doorway"}


class Written(BaseModel):
    part: SealedPart


class Detail(BaseModel):
    district: str = GANGDONG
    audience: tuple[str, ...] = (GANGDONG,)
    citizen_id: UUID | None = JIYOUNG
    position: SealedPart | None
    texts: tuple[Written, ...]


class Told(BaseModel):
    version: int = 1
    open: str = '{"district": "11740"}'
    sealed: tuple[SealedPart, ...]


def part(subject: UUID = JIYOUNG) -> SealedPart:
    return SealedPart(
        aggregate_id=REPORT,
        version=1,
        topic="emergency.triggered",
        schema_version=1,
        subject=subject,
        key_id=uuid4(),
        nonce=b"",
        ciphertext=b"",
    )


class Screens:
    """Nothing stands on them."""

    def __init__(self, used: list[str]) -> None:
        self._used = used

    def rows(self, as_of: int | None) -> list[Watched]:
        self._used.append(f"screens {as_of}")
        return []


class Views:
    """All ports of the desk at once; remembers in which order they were used."""

    def __init__(
        self,
        *,
        erased: bool = False,
        citizen_id: UUID | None = JIYOUNG,
        others: tuple[UUID, ...] = (),
    ) -> None:
        self._texts = tuple(Written(part=part(one)) for one in (JIYOUNG, *others))
        self.used: list[str] = []
        self.records: list[tuple[UUID, str, str]] = []
        self.kinds: set[tuple[AccessKind, UUID | None, Task | None]] = set()
        self._secret = None if erased else SECRET
        self._citizen_id = citizen_id
        self.desk = ReadingDesk(
            queue=self,
            reports=self,
            histories=self,
            statistics=self,
            watching=Screens(self.used),
            folds=self,
            past=Past(self, FrozenClock(T0)),
            unsealer=self,
            access_log=self,
        )

    def position(self) -> int:
        return 7

    def rows(
        self, districts: frozenset[str] | None, as_of: int | None, moment: datetime | None = None
    ) -> list[BaseModel]:
        clock = f" by the clock of {moment.isoformat()}" if moment else ""
        self.used.append(f"rows {sorted(districts) if districts else None} {as_of}{clock}")
        return []

    def get(self, report_id: UUID, as_of: int | None) -> Detail | None:
        self.used.append(f"get {as_of}")
        known = Detail(position=part(), texts=self._texts, citizen_id=self._citizen_id)
        return known if report_id == REPORT else None

    def of(self, _report_id: UUID, until: int | None) -> list[Told]:
        self.used.append(f"of {until}")
        return [Told(sealed=(part(),))]

    def downloads(self, as_of: int | None) -> dict[str, Any]:
        self.used.append(f"downloads {as_of}")
        return {"2019": 131_776}

    def usage(self, as_of: int | None) -> dict[str, Any]:
        self.used.append(f"usage {as_of}")
        if as_of is not None and "wait operator_queue 3 2" not in self.used:
            raise FoldBehind
        return {"total": 211_481}

    def head(self) -> int:
        return 9

    def wait(self, fold: str, position: int, timeout_s: float) -> None:
        self.used.append(f"wait {fold} {position} {timeout_s:.0f}")

    def position_at(self, _moment: object) -> int:
        return 3

    def unseal(self, _part: SealedPart) -> Mapping[str, Any] | None:
        self.used.append("unseal")
        return self._secret

    def record_all(self, _context: Context, accesses: Sequence[Access]) -> None:
        self.used.append("record")
        self.records += [(one.subject, one.what, one.why) for one in accesses]
        self.kinds = {(one.kind, one.about, one.task) for one in accesses}

    def record(self, context: Context, **access: Any) -> None:
        self.record_all(context, [Access(**access)])


def test_a_room_sees_its_own_queue_and_the_city_sees_all() -> None:
    views = Views()
    assert views.desk.queue(KIM) == (7, [])
    views.desk.queue(COORDINATOR)
    views.desk.queue(AUDITOR, district=GURO)
    assert views.used == [f"rows ['{GANGDONG}'] None", "rows None None", f"rows ['{GURO}'] None"]


@pytest.mark.parametrize(
    "asker", [CITIZEN, asked_by(Role.STATISTICIAN, "jo"), asked_by(Role.OPERATOR, "x")]
)
def test_others_see_no_queue(asker: Context) -> None:
    with pytest.raises(Forbidden):
        Views().desk.queue(asker)


def test_nobody_looks_into_another_room() -> None:
    with pytest.raises(Forbidden):
        Views().desk.queue(KIM, district=GURO)


def test_the_past_is_asked_by_position_or_by_moment() -> None:
    views = Views()
    assert views.desk.queue(SYSTEM, as_of=5) == (5, [])
    assert views.desk.queue(SYSTEM, as_of=T0, after=2) == (3, [])
    assert views.used == [
        "rows None 5",
        "wait operator_queue 2 2",
        f"rows None 3 by the clock of {T0.isoformat()}",
    ]


def test_a_report_is_recorded_before_it_is_opened() -> None:
    views = Views()
    report = views.desk.report(KIM, REPORT, after=4, why="handover")
    assert report["position"] == SECRET["position"]
    assert report["texts"] == [{"part": SECRET}]
    assert views.records == [(JIYOUNG, "report.read", "handover")]
    assert views.used == ["wait report_detail 4 2", "get None", "record", "unseal", "unseal"]


def test_what_was_erased_reads_as_erased() -> None:
    report = Views(erased=True).desk.report(AUDITOR, REPORT)
    assert report["position"] == {"erased": True}


def test_a_report_of_nobody_known_is_its_own_subject() -> None:
    views = Views(citizen_id=None)
    views.desk.report(AUDITOR, REPORT)
    assert views.records[:1] == [(REPORT, "report.read", f"report:{REPORT}")]


def test_a_refusal_is_recorded_too_and_opens_nothing() -> None:
    views = Views()
    with pytest.raises(Forbidden):
        views.desk.report(CHOI_OF_GURO, REPORT)
    assert views.records == [(JIYOUNG, "report.refused", f"report:{REPORT}")]
    assert views.kinds == {(AccessKind.REFUSAL, REPORT, Task.RESPONSE)}
    assert "unseal" not in views.used


@pytest.mark.parametrize("asker", [CITIZEN, asked_by(Role.STATISTICIAN, "jo")])
def test_so_is_the_refusal_of_who_may_read_no_report(asker: Context) -> None:
    views = Views()
    for read in (views.desk.report, views.desk.history):
        with pytest.raises(Forbidden):
            read(asker, REPORT)
    with pytest.raises(Forbidden):
        views.desk.report(asker, UUID(int=1))
    assert views.records == [
        (JIYOUNG, "report.refused", f"report:{REPORT}"),
        (JIYOUNG, "history.refused", f"report:{REPORT}"),
        (UUID(int=1), "report.refused", f"report:{UUID(int=1)}"),
    ]
    assert "unseal" not in views.used


def test_every_person_whose_data_are_opened_is_named() -> None:
    views = Views(others=(GUARDIAN, REPORT, track_of(REPORT)))
    views.desk.report(AUDITOR, REPORT)
    assert {subject for subject, _, _ in views.records} == {JIYOUNG, GUARDIAN}
    assert views.kinds == {(AccessKind.READ, REPORT, Task.OVERSIGHT)}
    assert views.used.count("record") == 1


def test_an_unknown_report_is_unknown() -> None:
    with pytest.raises(Unknown):
        Views().desk.report(AUDITOR, uuid4())


def test_a_history_is_read_fact_by_fact() -> None:
    views = Views()
    [fact] = views.desk.history(AUDITOR, REPORT, as_of=9, after=4)
    assert fact == {"version": 1, "open": {"district": "11740"}, "personal": SECRET}
    assert views.used[:2] == ["wait report_detail 4 2", "wait incident_history 4 2"]
    assert views.records == [(JIYOUNG, "history.read", f"report:{REPORT}")]


def test_figures_are_for_staff() -> None:
    desk = Views().desk
    assert desk.downloads(KIM)["2019"] == 131_776
    assert desk.usage(asked_by(Role.STATISTICIAN, "jo"))["total"] == 211_481
    for ask in (desk.downloads, desk.usage):
        with pytest.raises(Forbidden):
            ask(CITIZEN)


def test_the_screens_are_asked_as_the_queue_was() -> None:
    views = Views()
    assert views.desk.watched(KIM, {REPORT}) == []
    assert views.desk.watched(AUDITOR, (), as_of=T0) == []
    assert views.used == ["screens None", "screens 3"]
    with pytest.raises(Forbidden):
        views.desk.watched(KIM, (), district=GURO)


@pytest.mark.parametrize(
    "as_of", [10, T0 + timedelta(seconds=2), KnownOn((T0 + timedelta(days=1)).date())]
)
def test_nobody_can_say_what_will_be(as_of: Any) -> None:
    with pytest.raises(InFuture):
        Views().desk.queue(SYSTEM, as_of=as_of)


def test_a_clock_that_is_a_little_ahead_still_asks_for_the_present() -> None:
    assert Views().desk.queue(SYSTEM, as_of=T0 + timedelta(seconds=0.5)) == (3, [])


def test_what_was_known_on_a_day_is_what_the_log_held_at_its_end() -> None:
    views = Views()
    views.desk.report(AUDITOR, REPORT, as_of=KnownOn(T0.date()))
    views.desk.downloads(AUDITOR, as_of=KnownOn(T0.date()))
    assert views.used[0] == "get 3"
    assert views.used[-1] == "downloads 3"


def test_a_past_that_is_just_over_is_waited_for_once() -> None:
    assert (views := Views()).desk.usage(AUDITOR, as_of=3)["total"] == 211_481
    waits = "wait operator_queue 3 2", "wait service_board 3 2"
    assert views.used == ["usage 3", *waits, "usage 3"]
