"""One report as the queue shows it: no personal data."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, Final, TypeVar
from uuid import UUID

from pydantic import AwareDatetime

from domain.emergency.classification import Classification, Urgency
from domain.emergency.correcting import Correctable
from domain.emergency.transferring import Offer
from domain.emergency.vocabulary import Alert, Amendable, Flag, How, RiseCause, Stage
from domain.geography import DistrictCode, FixQuality, FixSource
from domain.language import Language
from domain.platform import Platform
from domain.policy import EscalationLevel
from projections.fold import Row
from projections.progress import Call, Help, Lane, RingsFor

OneT = TypeVar("OneT")
Changes = dict[str, Any]

OPEN_STAGES: Final = (Stage.WINDOW, Stage.OPEN, Stage.CLAIMED)


class QueueRow(Row):
    KEY: ClassVar[tuple[str, ...]] = ("report_id",)

    report_id: UUID
    stage: Stage
    lane: Lane
    ringing: bool = False
    """Whether somebody must still answer; a claim stops it, an idle claim starts it again."""
    rings_for: RingsFor | None = None
    """Why it rings anew; None while it rings for the first time, and where it does not."""
    escalation: EscalationLevel | None = None
    """How far it has risen since it last began to ring; None when it has not."""
    district: DistrictCode
    audience: tuple[DistrictCode, ...]
    """The centres that see it: its own, and those that it has risen to."""
    citizen_known: bool
    how: How
    platform: Platform
    language: Language
    alert: Alert
    flags: tuple[Flag, ...]
    received_at: AwareDatetime
    cancel_until: AwareDatetime
    accepted_at: AwareDatetime | None = None
    answer_by: AwareDatetime | None = None
    held_by: UUID | None = None
    claimed_at: AwareDatetime | None = None
    act_by: AwareDatetime | None = None
    holder_away_at: AwareDatetime | None = None
    """Since when its holder's console feels no human hand; None while it does."""
    rise_cause: RiseCause | None = None
    """Why it has risen as far as ``escalation``."""
    paged: DistrictCode | None = None
    """Whose line was called since it last began to ring."""
    late_cancels: int = 0
    """Cancels that took nothing back, whatever the reason."""
    joined: int = 0
    incident_id: UUID | None = None
    """Shared with the reports that it is linked with; None while it is linked with none."""
    call: Call = Call.NONE
    call_attempts: int = 0
    """How often a call was ordered."""
    call_retry_at: AwareDatetime | None = None
    """When she is called once more."""
    text_failed: bool = False
    """A text message could not be brought to her, and none has been since."""
    unanswered: int = 0
    """Messages from her since an operator last wrote."""
    recheck_at: AwareDatetime | None = None
    """She said that she is fine: when somebody looks again."""
    recheck_due: bool = False
    """It rings for that second look, and nobody has taken it up."""
    police: Help = Help.NONE
    police_unassessed: bool = False
    ambulance: Help = Help.NONE
    fix_source: FixSource | None = None
    fix_accuracy_m: float | None = None
    fix_age_s: float | None = None
    """At receipt."""
    located_at: AwareDatetime | None = None
    """When the newest known position was taken, by our clock."""
    outside: bool = False
    """The newest known position lies in no district."""
    battery_pct: int | None = None
    signal_lost_at: AwareDatetime | None = None
    classification: Classification | None = None
    urgency: Urgency = Urgency.USUAL
    offer: Offer | None = None
    """Another centre is asked to take it."""
    returned_by: tuple[DistrictCode, ...] = ()
    """Centres of the audience that were asked and gave it back: it has left their queues."""
    corrected: tuple[Correctable, ...] = ()
    """Fields that a later fact has put right."""
    reopen_until: AwareDatetime | None = None
    """Of a cancelled report: until when it is shown, and can be opened again."""
    duress: bool = False
    """The citizen gave the duress PIN: her phone shows a cancelled report."""
    after_cancel: bool = False
    """She had taken one back a short time before."""
    amended: tuple[Amendable, ...] = ()
    """What repeats of its triggers said otherwise."""
    source: UUID | None = None
    """The device that raised it, known or not."""
    many_triggers: int = 0
    """Triggers of the device within a short time, when they were conspicuously many."""
    label_seen: bool = False
    """Somebody has looked at that."""
    last_topic: str
    last_at: AwareDatetime
    """Receipt of the newest fact."""
    last_position: int
    """Position of the newest fact in the log: what a screen has seen."""


BEGUN: Final = QueueRow.of(**{name: one.default for name, one in QueueRow.model_fields.items()})
"""Nothing has happened yet; what every report has is missing."""


def added(known: tuple[OneT, ...], more: Iterable[OneT]) -> tuple[OneT, ...]:
    """Each once, in the order in which they came."""
    return tuple(dict.fromkeys((*known, *more)))


def quality(fix: FixQuality | None) -> Changes:
    return {
        "fix_source": fix.source if fix else None,
        "fix_accuracy_m": fix.accuracy_m if fix else None,
        "fix_age_s": fix.age_s if fix else None,
    }
