"""A drill that turns out to be none."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime

from domain.base import DomainError, Fact, applies
from domain.emergency.answering import NOT_LIVE, answer_by, rises
from domain.emergency.silence import Silence
from domain.emergency.vocabulary import Escalation, Stage
from domain.policy import Policy


class Promoted(Fact):
    """The drill is a real report from now on: it rings as one, and rises from the beginning."""

    TOPIC: ClassVar[str] = "emergency.promoted"

    citizen_id: UUID | None
    operator_id: UUID | None
    """None when the citizen raised again."""
    answer_by: AwareDatetime | None
    """None within the window, where the acceptance will say."""
    escalations: tuple[Escalation, ...]


class NotADrill(DomainError):
    """It is a real report."""

    code: ClassVar[str] = "emergency.not_a_drill"


class Drilling(Silence):
    """From then on it is called, rises to the police, and counts."""

    def promote(self, *, operator_id: UUID | None, at: datetime, policy: Policy) -> None:
        """Make a real report of a drill; accepted, it rings until it is claimed anew.

        Args:
            operator_id: who saw that it is none; None when its citizen raised again.
            at: the moment.
            policy: how it rises from now on.

        Raises:
            NotADrill: it is real already.
            NotOpen, AlreadyResolved: it is over; it has to be reopened first.
        """
        if not self.drill:
            raise NotADrill(str(self.id))
        if self.ended:
            raise NOT_LIVE[self.stage](str(self.id))
        in_window = self.stage is Stage.WINDOW
        self.record(
            Promoted,
            at=at,
            citizen_id=self.citizen_id,
            operator_id=operator_id,
            answer_by=None if in_window else answer_by(at, policy),
            escalations=() if in_window else rises(at, policy),
        )
        if self.wants_call and not in_window:
            self._order_call(operator_id=None, retry=False, at=at)

    @applies(Promoted)
    def _promoted(self, fact: Promoted) -> None:
        self.turned_at = fact.log_position
        self.drill = False
        if self.stage is not Stage.WINDOW:
            self.ringing = True
            self.answer_by = fact.answer_by
            self.escalations = fact.escalations
            self.act_by = None
