"""Which reports count as a use, and where and when: what usage is counted from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC
from typing import Any, ClassVar
from uuid import UUID

from pydantic import AwareDatetime

from domain.base import Fact
from domain.emergency import facts
from domain.emergency.amending import Amended
from domain.emergency.correcting import Correctable, Corrected
from domain.emergency.drills import Promoted
from domain.emergency.silence import Silenced
from domain.emergency.taking_back import DuressSuspected
from domain.emergency.transferring import TransferAccepted
from domain.emergency.vocabulary import Alert, How, Stage
from domain.geography import DistrictCode
from projections.fold import NOTHING, Changes, Course, Rollup, Row
from projections.joined import routed
from projections.progress import Lane
from projections.usage import EMERGENCY, UsageHour

NIL = UUID(int=0)


class UsageReport(Row):
    """As little of a report as its usage needs, so that a rebuild of the figures is quick."""

    KEY: ClassVar[tuple[str, ...]] = ("report_id",)

    report_id: UUID
    district: DistrictCode
    hour: AwareDatetime
    """Beginning of the hour of receipt, UTC."""
    how: How
    drill: bool
    silent: bool
    stage: Stage
    """``CLAIMED`` is of no matter to usage and reads as ``OPEN``."""
    accepted: bool
    """Whether it ever was: a report that is cancelled later than that has been a use."""
    joined: int
    police: bool
    ambulance: bool


class UsageByHour(Rollup[UsageReport, UsageHour]):
    """Emergency reports by district and hour."""

    name: ClassVar[str] = "usage_by_hour"
    row: ClassVar[type[Row]] = UsageHour

    def contribution(self, row: UsageReport) -> UsageHour | None:
        if row.drill or row.stage is Stage.WINDOW:
            return None
        used = row.accepted or row.stage is not Stage.CANCELLED
        how = row.how if used else None
        return UsageHour.of(
            service=EMERGENCY,
            district=row.district,
            hour=row.hour,
            uses=int(used),
            cancelled=int(row.stage is Stage.CANCELLED),
            by_button=int(how is How.BUTTON),
            by_shake=int(how is How.SHAKE),
            by_volume_key=int(how is How.VOLUME_KEY),
            by_bell=int(how is How.BELL),
            by_unknown=int(how is How.UNKNOWN),
            silent=int(used and row.silent),
            joined=row.joined,
            police=int(row.police),
            ambulance=int(row.ambulance),
            resolved=int(row.stage is Stage.RESOLVED),
        )


class UsageReports(Course[UsageReport]):
    """One narrow row for each report; the totals by hour hang on it."""

    name: ClassVar[str] = "usage_reports"
    version: ClassVar[int] = 2
    row: ClassVar[type[Row]] = UsageReport
    rollups: ClassVar[tuple[type[Rollup[Any, Any]], ...]] = (UsageByHour,)
    reads: ClassVar[Mapping[type[Fact], tuple[str, ...]]] = {
        facts.Triggered: ("how", "alert", "drill", "district"),
        facts.Accepted: ("district",),
        facts.Cancelled: (),
        facts.Joined: ("alert", "district", "fix", "responsible", "districts"),
        Promoted: (),
        Amended: ("alert", "district", "fix"),
        DuressSuspected: (),
        facts.PoliceRequested: (),
        facts.AmbulanceRequested: (),
        facts.Resolved: (),
        facts.Reopened: (),
        Silenced: (),
        Corrected: ("field", "value"),
        TransferAccepted: ("to_district",),
    }
    topics: ClassVar[tuple[str, ...]] = tuple(kind.TOPIC for kind in reads)

    def begun(self, fact: Fact) -> UsageReport | None:
        return _begun(fact) if isinstance(fact, facts.Triggered) else None

    def following(self, row: UsageReport, fact: Fact) -> Changes:
        follow = FOLLOWING.get(fact.TOPIC)
        return NOTHING if follow is None else follow(row, fact)


def _begun(fact: facts.Triggered) -> UsageReport:
    return UsageReport.of(
        report_id=fact.originator_id,
        district=fact.district,
        hour=fact.received_at.astimezone(UTC).replace(minute=0, second=0, microsecond=0),
        how=fact.how,
        drill=fact.drill,
        silent=fact.alert is Alert.SILENT,
        stage=Stage.WINDOW,
        accepted=False,
        joined=0,
        police=False,
        ambulance=False,
    )


def of_queue(stood: Mapping[str, Any]) -> UsageReport:
    """What a row of the queue says of a report's use: the two know the same of it.

    Args:
        stood: ``stage``, ``lane``, ``district``, ``how``, ``alert``, ``joined`` of the row, and
            whether it was ``accepted``, the ``hour`` of receipt, and whether ``police`` and
            ``ambulance`` were asked.
    """
    return UsageReport.of(
        report_id=NIL,
        district=stood["district"],
        hour=stood["hour"],
        how=How(stood["how"]),
        drill=stood["lane"] == Lane.DRILL,
        silent=stood["alert"] == Alert.SILENT,
        stage=Stage(stood["stage"]),
        accepted=stood["accepted"],
        joined=stood["joined"],
        police=stood["police"],
        ambulance=stood["ambulance"],
    )


def _amended(row: UsageReport, fact: Amended) -> dict[str, Any]:
    moved = fact.fix is not None and row.stage is Stage.WINDOW
    return {
        "silent": row.silent or fact.alert is Alert.SILENT,
        "district": fact.district if moved else row.district,
    }


def _joined(row: UsageReport, fact: facts.Joined) -> dict[str, Any]:
    """Counted where it is answered for, as the queue has it."""
    moved = routed(fact, in_window=row.stage is Stage.WINDOW)
    return {
        "joined": row.joined + 1,
        "silent": row.silent or fact.alert is Alert.SILENT,
        "district": row.district if moved is None else moved[0],
    }


def _suspected(row: UsageReport) -> dict[str, Any]:
    """What was over waits again for its acceptance."""
    over = row.stage in {Stage.CANCELLED, Stage.RESOLVED}
    return {"silent": True, "stage": Stage.WINDOW if over else row.stage}


def _corrected(fact: Corrected) -> dict[str, Any]:
    """Counted as corrected, in the hour in which it happened."""
    if fact.field is Correctable.DISTRICT:
        return {"district": fact.value}
    return {"how": How(fact.value)} if fact.field is Correctable.HOW else {}


FOLLOWING: dict[str, Callable[[UsageReport, Any], dict[str, Any]]] = {
    facts.Accepted.TOPIC: lambda _row, fact: {
        "stage": Stage.OPEN,
        "accepted": True,
        "district": fact.district,
    },
    facts.Cancelled.TOPIC: lambda _row, _fact: {"stage": Stage.CANCELLED},
    facts.Joined.TOPIC: _joined,
    Promoted.TOPIC: lambda _row, _fact: {"drill": False},
    Amended.TOPIC: _amended,
    DuressSuspected.TOPIC: lambda row, _fact: _suspected(row),
    facts.PoliceRequested.TOPIC: lambda _row, _fact: {"police": True},
    facts.AmbulanceRequested.TOPIC: lambda _row, _fact: {"ambulance": True},
    facts.Resolved.TOPIC: lambda _row, _fact: {"stage": Stage.RESOLVED},
    facts.Reopened.TOPIC: lambda _row, _fact: {"stage": Stage.OPEN},
    Silenced.TOPIC: lambda _row, _fact: {"silent": True},
    Corrected.TOPIC: lambda _row, fact: _corrected(fact),
    TransferAccepted.TOPIC: lambda _row, fact: {"district": fact.to_district},
}
"""What each kind of fact changes in a row that is there."""
