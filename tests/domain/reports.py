"""Emergency reports at every stage, as facts that are given."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from domain.emergency import Emergency, Signal, facts
from domain.emergency.answering import answer_by, rises
from domain.emergency.signal import report_id
from domain.emergency.taking_back import DuressSuspected
from domain.emergency.vocabulary import Alert, Device, How, Outcome, VerifiedBy
from domain.geography import FixQuality, FixSource
from domain.language import Language
from domain.platform import Platform
from domain.policy import EscalationLevel, Policy
from tests.memory import GANGDONG, GANGDONG_OFFICE
from tests.scenario import T0, Scenario

POLICY = Policy()
JIYOUNG = uuid5(NAMESPACE_URL, "/citizens/jiyoung")
KIM = uuid5(NAMESPACE_URL, "/operators/kim")
LEE = uuid5(NAMESPACE_URL, "/operators/lee")
MAKER = f"citizen:{JIYOUNG}"
REPORT = report_id(MAKER, "t-1", drill=False)
DRILL = report_id(MAKER, "t-1", drill=True)
CALL_112 = uuid5(REPORT, "police/1")
CALL_119 = uuid5(REPORT, "ambulance/1")
FIX = FixQuality(source=FixSource.GNSS, accuracy_m=8.0, fixed_at=T0, age_s=0.0)
NOTE = "Seen home safely on camera."


def after(seconds: float) -> datetime:
    """So many seconds after the trigger."""
    return T0 + timedelta(seconds=seconds)


def signal(**changes: Any) -> Signal:
    fields: dict[str, Any] = {
        "maker": MAKER,
        "trigger_id": "t-1",
        "citizen_id": JIYOUNG,
        "how": How.SHAKE,
        "presses": 4,
        "device": Device(platform=Platform.ANDROID),
        "language": Language.KO,
        "alert": Alert.SIREN,
        "drill": False,
        "flags": (),
        "district": GANGDONG,
        "cell": "2109_5478",
        "fix": FIX,
        "skew_s": 0.5,
        "occurred_at": T0,
        "position": GANGDONG_OFFICE,
    }
    return Signal(**(fields | changes))


def triggered(report: UUID = REPORT, **changes: Any) -> Scenario[Emergency]:
    """Raised at T0, cancellable for five seconds."""
    fields: dict[str, Any] = {
        "originator_topic": "emergency",
        "timestamp": T0,
        "cancel_until": after(5),
    } | signal().model_dump(exclude={"maker"})
    return Scenario[Emergency](report).given(facts.Triggered, **(fields | changes))


def accepted(**changes: Any) -> Scenario[Emergency]:
    """Accepted five seconds later; it rings in Gangdong."""
    return accept(triggered(**changes), call=True)


def accept(report: Scenario[Emergency], **changes: Any) -> Scenario[Emergency]:
    fields: dict[str, Any] = {
        "timestamp": after(5),
        "citizen_id": JIYOUNG,
        "district": GANGDONG,
        "answer_by": answer_by(after(5), POLICY),
        "escalations": rises(after(5), POLICY),
        "drill": False,
        "call": False,
    }
    return report.given(facts.Accepted, **(fields | changes))


def drill() -> Scenario[Emergency]:
    """A drill that rings."""
    return accept(triggered(DRILL, drill=True), drill=True)


def claimed(report: Scenario[Emergency] | None = None) -> Scenario[Emergency]:
    """Kim claims ten seconds after the trigger."""
    return (report or accepted()).given(
        facts.Claimed, timestamp=after(10), operator_id=KIM, act_by=after(40)
    )


def idle() -> Scenario[Emergency]:
    """Kim has done nothing for thirty seconds: it rings again."""
    return claimed().given(
        facts.Escalated,
        timestamp=after(40),
        level=EscalationLevel.IDLE_CLAIM,
        districts=(GANGDONG,),
    )


def cancelled() -> Scenario[Emergency]:
    return triggered().given(facts.Cancelled, timestamp=after(3), reopen_until=after(603))


def joined(report: Scenario[Emergency] | None = None, **changes: Any) -> Scenario[Emergency]:
    """The same citizen raises again, a second after the trigger."""
    fields = {"trigger_id": "t-2", "timestamp": after(1)} | changes
    said = signal(**{name: value for name, value in fields.items() if name != "timestamp"})
    known = said.model_dump(exclude={"maker", "language", "drill"})
    return (report or triggered()).given(facts.Joined, timestamp=fields["timestamp"], **known)


def under_duress(report: Scenario[Emergency] | None = None, **changes: Any) -> Scenario[Emergency]:
    """The duress PIN was given three seconds after the trigger; the phone shows a cancel."""
    fields: dict[str, Any] = {
        "timestamp": after(3),
        "citizen_id": JIYOUNG,
        "told": None,
        "accept_by": after(5),
    }
    return (report or triggered()).given(DuressSuspected, **(fields | changes))


def resolved(report: Scenario[Emergency] | None = None) -> Scenario[Emergency]:
    """Kim ends it after ten minutes."""
    return (report or claimed()).given(
        facts.Resolved,
        timestamp=after(600),
        operator_id=KIM,
        citizen_id=JIYOUNG,
        outcome=Outcome.SAFE,
        verified_by=VerifiedBy.CAMERA,
        note=NOTE,
    )


def police_requested(report: Scenario[Emergency] | None = None) -> Scenario[Emergency]:
    return (report or claimed()).given(
        facts.PoliceRequested,
        timestamp=after(20),
        request_id=CALL_112,
        operator_id=KIM,
        unassessed=False,
    )


def ambulance_requested() -> Scenario[Emergency]:
    return claimed().given(
        facts.AmbulanceRequested, timestamp=after(20), request_id=CALL_119, operator_id=KIM
    )
