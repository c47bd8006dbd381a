"""What is written: the lives of reports, one fact a step, as production writes them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import chain, count, islice
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

from application.context import Context, Idempotency, Principal
from domain.emergency import Emergency, Signal
from domain.emergency.vocabulary import Alert, Device, How, Outcome
from domain.geography import FixQuality, FixSource, Position
from domain.language import Language
from domain.platform import Platform
from domain.policy import Policy
from domain.roles import Role

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from domain.base import Fact

T0 = datetime(2026, 11, 22, 22, 0, tzinfo=UTC)
BODY = bytes(range(32))
CITIZENS = 32
"""How many citizens each writer has; their keys are in the key ring, as those of members are."""
SYSTEM = Principal(id="schedule", role=Role.SYSTEM)
PARTNER = Principal(id="police", role=Role.PARTNER)
POLICY = Policy()


@dataclass(slots=True)
class Decided:
    """A report with its one new fact, decided before the clock runs; it is saved like a report."""

    id: UUID
    new: list[Fact]

    def collect_events(self) -> list[Fact]:
        return self.new


@dataclass(frozen=True, slots=True)
class Step:
    """One decision; after ``decide`` the report has exactly one new fact."""

    decide: Callable[[Emergency], None]
    principal: Principal
    route: str | None
    """None where production has no idempotency key: timers, deliveries."""


def a_report(size: int) -> list[Fact]:
    """One report of ``size`` facts: a life, drawn out by looks at cameras and a note now and then.

    Of a hundred facts 26 have a sealed part; the last is the resolution.
    """
    operator = Principal(id=str(uuid4()), role=Role.OPERATOR, district="11740")
    who = UUID(operator.id)
    report = Emergency.trigger(_signal(uuid4()), at=T0, policy=POLICY)
    *before, resolve = (step.decide for step in steps(operator))
    for decide in before[: size - 2]:
        decide(report)
    at = T0 + POLICY.cancel_window + timedelta(seconds=9)
    for number in range(size - 2 - len(before)):
        moment = at + timedelta(seconds=number)
        if number % 4:
            report.view_camera(operator_id=who, camera_id=f"cam-{number % 97:04}", at=moment)
        else:
            report.add_note(operator_id=who, note=f"{number}번 화면에서 보호자와 만남", at=moment)
    resolve(report)
    return list(report.collect_events())


def citizen(writer: str, number: int) -> UUID:
    return uuid5(NAMESPACE_URL, f"/benchmark/{writer}/{number % CITIZENS}")


def saves(writer: str) -> Iterator[tuple[Emergency, Context]]:
    """Reports with one new fact each, for ever: one life after the other, eleven facts a life.

    Three facts have a sealed part; the eleven call for six timers and two deliveries, and eight
    have an idempotency key.
    """
    operator = Principal(id=str(uuid4()), role=Role.OPERATOR, district="11740")
    for number in count():
        citizen_id = citizen(writer, number)
        report = Emergency.trigger(_signal(citizen_id), at=T0, policy=POLICY)
        by = Principal(id=str(citizen_id), role=Role.CITIZEN)
        yield report, _context(by, "emergency.trigger", str(report.id))
        for step in steps(operator):
            step.decide(report)
            yield report, _context(step.principal, step.route, uuid4().hex)


def decided(writer: str) -> Iterator[tuple[Decided, Context]]:
    """As ``saves``, without the deciding: what is measured begins with a fact that exists."""
    for report, context in saves(writer):
        yield Decided(report.id, list(report.collect_events())), context


def beforehand(writer: str, number: int) -> Iterator[tuple[Decided, Context]]:
    """``decided``, the first ``number`` of them made now, the others when they are needed."""
    coming = decided(writer)
    made = list(islice(coming, number))
    return chain(made, coming)


def _context(principal: Principal, route: str | None, key: str) -> Context:
    return Context(
        principal=principal,
        correlation_id=uuid4(),
        causation_id=None if route else uuid4(),
        idempotency=Idempotency(route=route, key=key, body_sha256=BODY) if route else None,
    )


def _signal(citizen_id: UUID) -> Signal:
    return Signal(
        maker=f"citizen:{citizen_id}",
        trigger_id=uuid4().hex,
        citizen_id=citizen_id,
        how=How.SHAKE,
        presses=4,
        device=Device(device_id=citizen_id, platform=Platform.ANDROID, app_version="4.2.1"),
        language=Language.KO,
        alert=Alert.SIREN,
        drill=False,
        flags=(),
        district="11740",
        cell="2109_5478",
        fix=FixQuality(source=FixSource.FUSED, accuracy_m=12.5, fixed_at=T0, age_s=1.5),
        skew_s=0.25,
        occurred_at=T0,
        position=Position(latitude_deg=37.5301, longitude_deg=127.1238),
    )


def _look(report: Emergency, *, who: UUID, camera_id: str, at: datetime) -> None:
    report.view_camera(operator_id=who, camera_id=camera_id, at=at)


def steps(operator: Principal) -> list[Step]:
    """What happens to a report after its trigger."""
    who = UUID(operator.id)
    at = T0 + POLICY.cancel_window
    later = at + timedelta(seconds=9)
    return [
        Step(lambda r: r.window_elapsed(at=at, policy=POLICY), SYSTEM, None),
        Step(lambda r: r.call_placed(call_id=f"call-{r.id}", at=at), SYSTEM, None),
        Step(lambda r: r.claim(operator_id=who, at=later, policy=POLICY), operator, "claim"),
        *(
            Step(partial(_look, who=who, camera_id=camera, at=later), operator, "cameras")
            for camera in ("cam-1107", "cam-1108")
        ),
        Step(lambda r: r.request_police(operator_id=who, at=later), operator, "police"),
        Step(
            lambda r: r.police_acknowledged(
                request_id=next(iter(r.police)), reference="112-20261122-0815", at=later
            ),
            SYSTEM,
            None,
        ),
        Step(
            lambda r: r.add_note(
                operator_id=who, note="남성 한 명이 뒤따라옴, 회색 상의", at=later
            ),
            operator,
            "notes",
        ),
        Step(
            lambda r: r.patrol_arrived(reference="112-20261122-0815", at=later),
            PARTNER,
            "partners/events",
        ),
        Step(
            lambda r: r.resolve(
                operator_id=who,
                outcome=Outcome.POLICE_HANDLED,
                note="순찰차가 도착하여 안전하게 귀가함",
                coordinator=False,
                at=later,
                policy=POLICY,
            ),
            operator,
            "resolve",
        ),
    ]
