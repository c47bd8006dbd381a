"""The lives of reports, decided by the aggregate itself: what a synthetic log is cut from."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final
from uuid import NAMESPACE_URL, uuid5

from domain.emergency import Emergency, Signal
from domain.emergency.vocabulary import Alert, CallEnd, Device, How, Outcome
from domain.geography import FixQuality, FixSource, Position
from domain.language import Language
from domain.platform import Platform
from domain.policy import Policy

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from uuid import UUID

    from domain.base import Fact

T0: Final = datetime(2026, 1, 1, tzinfo=UTC)
DISTRICT: Final = "11740"
CITIZEN: Final = uuid5(NAMESPACE_URL, "/benchmark/citizen")
OPERATOR: Final = uuid5(NAMESPACE_URL, "/benchmark/operator")
POLICY: Final = Policy()
POLICE: Final = "112-20260101-0815"
AMBULANCE: Final = "119-20260101-0042"


def lives() -> list[tuple[int, Sequence[Fact]]]:
    """Every kind of life, and how many of a hundred are like it."""
    return [
        (25, _cancelled()),
        (40, _helped_by_the_police()),
        (20, _talked_to()),
        (10, _joined_and_hurt()),
        (5, _drill()),
    ]


def lived(citizen_id: UUID, trigger_id: str, at: datetime) -> Iterator[Emergency]:
    """One report of eleven facts, handed out with one new fact at a time."""
    signal = _signal(trigger_id).model_copy(
        update={"citizen_id": citizen_id, "maker": f"citizen:{citizen_id}"}
    )
    report = Emergency.trigger(signal, at=at, policy=POLICY)
    yield report
    later = at + timedelta(seconds=6)
    for step in (
        lambda: report.window_elapsed(at=later, policy=POLICY),
        lambda: report.call_placed(call_id="call-1", at=later),
        lambda: report.claim(operator_id=OPERATOR, at=later, policy=POLICY),
        lambda: report.view_camera(operator_id=OPERATOR, camera_id="cam-1107", at=later),
        lambda: report.view_camera(operator_id=OPERATOR, camera_id="cam-1108", at=later),
        lambda: report.request_police(operator_id=OPERATOR, at=later),
        lambda: report.police_acknowledged(
            request_id=next(iter(report.police)), reference=POLICE, at=later
        ),
        lambda: report.add_note(operator_id=OPERATOR, note="남성 한 명이 뒤따라옴", at=later),
        lambda: report.patrol_arrived(reference=POLICE, at=later),
        lambda: _resolved(report, Outcome.POLICE_HANDLED, at=later),
    ):
        step()
        yield report


def _cancelled() -> Sequence[Fact]:
    report = _triggered("cancelled")
    report.cancel(at=_at(3), policy=POLICY, occurred_at=_at(3))
    return report.collect_events()


def _helped_by_the_police() -> Sequence[Fact]:
    report = _accepted("police")
    report.claim(operator_id=OPERATOR, at=_at(12), policy=POLICY)
    report.view_camera(operator_id=OPERATOR, camera_id="cam-1107", at=_at(17))
    report.view_camera(operator_id=OPERATOR, camera_id="cam-1108", at=_at(21))
    report.request_police(operator_id=OPERATOR, at=_at(30))
    report.police_acknowledged(request_id=next(iter(report.police)), reference=POLICE, at=_at(34))
    report.add_note(operator_id=OPERATOR, note="남성 한 명이 뒤따라옴, 회색 상의", at=_at(60))
    report.patrol_arrived(reference=POLICE, at=_at(290))
    _resolved(report, Outcome.POLICE_HANDLED, at=_at(420))
    return report.collect_events()


def _talked_to() -> Sequence[Fact]:
    report = _accepted("talk")
    report.call_connected(call_id="call-1", at=_at(11))
    report.claim(operator_id=OPERATOR, at=_at(14), policy=POLICY)
    report.view_camera(operator_id=OPERATOR, camera_id="cam-2001", at=_at(19))
    report.call_ended(
        call_id="call-1", end=CallEnd.HUNG_UP, talked_s=48.5, at=_at(60), policy=POLICY
    )
    _resolved(report, Outcome.FALSE_ALARM, at=_at(95))
    return report.collect_events()


def _joined_and_hurt() -> Sequence[Fact]:
    report = _accepted("hurt")
    report.join(_signal("hurt-again"), at=_at(13), policy=POLICY)
    report.claim(operator_id=OPERATOR, at=_at(19), policy=POLICY)
    report.request_police(operator_id=OPERATOR, at=_at(26))
    report.request_ambulance(operator_id=OPERATOR, at=_at(28))
    asked = next(iter(report.ambulances))
    report.ambulance_acknowledged(request_id=asked, reference=AMBULANCE, at=_at(33))
    report.ambulance_arrived(reference=AMBULANCE, at=_at(400))
    report.patrol_arrived(reference=POLICE, at=_at(410))
    _resolved(report, Outcome.POLICE_HANDLED, at=_at(900))
    return report.collect_events()


def _drill() -> Sequence[Fact]:
    report = _accepted("drill", drill=True)
    report.claim(operator_id=OPERATOR, at=_at(16), policy=POLICY)
    _resolved(report, Outcome.DRILL, at=_at(40))
    return report.collect_events()


def _triggered(name: str, *, drill: bool = False) -> Emergency:
    return Emergency.trigger(_signal(name, drill=drill), at=_at(0), policy=POLICY)


def _accepted(name: str, *, drill: bool = False) -> Emergency:
    report = _triggered(name, drill=drill)
    report.window_elapsed(at=_at(5), policy=POLICY)
    if not drill:
        report.call_placed(call_id="call-1", at=_at(6))
    return report


def _resolved(report: Emergency, outcome: Outcome, *, at: datetime) -> None:
    report.resolve(
        operator_id=OPERATOR,
        outcome=outcome,
        note="안전하게 귀가함을 확인하고 종료",
        coordinator=False,
        at=at,
        policy=POLICY,
    )


def _signal(name: str, *, drill: bool = False) -> Signal:
    return Signal(
        maker=f"citizen:{CITIZEN}",
        trigger_id=f"trigger-{name}",
        citizen_id=CITIZEN,
        how=How.SHAKE,
        presses=4,
        device=Device(device_id=CITIZEN, platform=Platform.ANDROID, app_version="4.2.1"),
        language=Language.KO,
        alert=Alert.SIREN,
        drill=drill,
        flags=(),
        district=DISTRICT,
        cell="2109_5478",
        fix=FixQuality(source=FixSource.FUSED, accuracy_m=12.5, fixed_at=_at(-1), age_s=1.5),
        skew_s=0.25,
        occurred_at=_at(0),
        position=Position(latitude_deg=37.5301, longitude_deg=127.1238),
    )


def _at(seconds: float) -> datetime:
    return T0 + timedelta(seconds=seconds)
