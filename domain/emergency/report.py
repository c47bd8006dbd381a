"""The emergency report: how it is raised, taken back, accepted, and how it rises."""

from __future__ import annotations

from datetime import datetime
from typing import Final, Self
from uuid import UUID

from domain.emergency import facts
from domain.emergency.accompanied import Accompanied
from domain.emergency.amending import Amending
from domain.emergency.answering import answer_by, rises
from domain.emergency.conversing import WRITTEN
from domain.emergency.correcting import Correcting
from domain.emergency.describing import Describing, ThirdPersonNoted
from domain.emergency.drills import Drilling
from domain.emergency.ending import Ending
from domain.emergency.exporting import Exporting
from domain.emergency.filming import Filming
from domain.emergency.following_up import NOTED, FollowingUp
from domain.emergency.joining import Joining
from domain.emergency.labelling import Labelling
from domain.emergency.linking import Linking
from domain.emergency.moving import Moving
from domain.emergency.protected import Sheltered
from domain.emergency.providing import Providing
from domain.emergency.rising import Rising
from domain.emergency.signal import Signal, report_id
from domain.emergency.silence import SILENCES
from domain.emergency.state import EmergencyState
from domain.emergency.vocabulary import Stage
from domain.policy import Policy


class Emergency(
    Sheltered,
    Rising,
    Describing,
    Moving,
    Joining,
    Drilling,
    Linking,
    Ending,
    FollowingUp,
    Exporting,
    Correcting,
    Providing,
    Amending,
    Filming,
    Labelling,
    Accompanied,
):
    """One emergency report, from the trigger to its outcome.

    Raised, it stands in a short window in which its citizen can take it back; accepted,
    it rings until an operator claims it, and rises while nobody does.
    """

    TOPIC = "emergency"
    LEFT_SEALED = EmergencyState.LEFT_SEALED | WRITTEN | NOTED | SILENCES | {ThirdPersonNoted}

    create_id: Final = staticmethod(report_id)

    @classmethod
    def trigger(cls, signal: Signal, *, at: datetime, policy: Policy) -> Self:
        """Raise a report; never refused."""
        return cls.begin(
            facts.Triggered,
            id=signal.report_id,
            at=at,
            occurred_at=signal.occurred_at,
            citizen_id=signal.citizen_id,
            trigger_id=signal.trigger_id,
            how=signal.how,
            presses=signal.presses,
            device=signal.device,
            language=signal.language,
            alert=signal.alert,
            drill=signal.drill,
            flags=signal.flags,
            district=signal.district,
            cell=signal.cell,
            fix=signal.fix,
            skew_s=signal.skew_s,
            cancel_until=at if signal.at_once else at + policy.cancel_window,
            source=signal.source,
            position=signal.position,
        )

    def window_elapsed(self, *, at: datetime, policy: Policy) -> None:
        """Accept the report once its window is over; before that, or once only: nothing."""
        if self.stage is not Stage.WINDOW or at < self.cancel_until:
            return
        self.record(
            facts.Accepted,
            at=at,
            citizen_id=self.citizen_id,
            district=self.district,
            answer_by=answer_by(at, policy),
            escalations=rises(at, policy),
            drill=self.drill,
            call=self.wants_call,
        )

    def is_triggered_by(self, *, citizen_id: UUID | None, device: str | None) -> bool:
        """Whether the one who speaks raised this report, and so may take it back.

        Args:
            citizen_id: whose credential came along; None when none did.
            device: what an unknown device calls itself, as ``Signal.maker`` has it.
        """
        if self.citizen_id is not None:
            return citizen_id == self.citizen_id
        return device is not None and self.id in {
            report_id(device, self.trigger_id, drill=drill) for drill in (False, True)
        }
