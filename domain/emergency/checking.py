"""Her word alone closes nothing: “I'm fine” is checked again after a while.

Whoever holds her phone can say so, or make her say it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime

from domain.base import Fact, applies
from domain.emergency import facts
from domain.emergency.answering import NOT_LIVE, act_by
from domain.emergency.taking_back import TakingBack
from domain.emergency.vocabulary import Stage
from domain.policy import Policy


class SaidFine(Fact):
    """She said that she is fine: on the phone to an operator, or in the app."""

    TOPIC: ClassVar[str] = "emergency.said_fine"

    citizen_id: UUID | None
    operator_id: UUID | None
    """Who heard it; None when the app did."""
    recheck_at: AwareDatetime
    """When somebody looks again; saying so once more does not put it off."""


class RecheckScheduled(Fact):
    """The report was opened again while a look was still to come: it is to come anew."""

    TOPIC: ClassVar[str] = "emergency.recheck_scheduled"

    recheck_at: AwareDatetime


class RecheckDue(Fact):
    """The time is over: it rings, and somebody looks again whether she is fine."""

    TOPIC: ClassVar[str] = "emergency.recheck_due"
    SCHEMA: ClassVar[int] = 2

    act_by: AwareDatetime | None = None
    """When it goes on to rise while its holder does nothing; None where nobody has it, or it rises
    already. Not told in schema 1, where it rang and rose no further."""


class Checking(TakingBack):
    """The second look."""

    recheck_at: datetime | None = None
    """None when no look is to come."""
    fine_heard_by: frozenset[UUID | None] = frozenset()
    """Who heard it since a look was set."""

    def said_fine(
        self,
        *,
        operator_id: UUID | None,
        at: datetime,
        policy: Policy,
        occurred_at: datetime | None = None,
    ) -> None:
        """Keep that she said so; the report goes on, and rings again when the time is over.

        Raises:
            InWindow, NotOpen, AlreadyResolved: there is nothing to be fine about. Her phone is told
                so, too, of a report that it only takes for over.
        """
        if operator_id is None and self.seems_over:
            raise NOT_LIVE[self.stage_on_phone](str(self.id))
        self._must_live()
        if self.recheck_at is not None and operator_id in self.fine_heard_by:
            return
        self.record(
            SaidFine,
            at=at,
            occurred_at=occurred_at,
            citizen_id=self.citizen_id,
            operator_id=operator_id,
            recheck_at=self.recheck_at or _recheck_at(at, policy),
        )

    def recheck_due(self, *, due_at: datetime, at: datetime, policy: Policy) -> None:
        """Ring for the second look, unless ``due_at`` belongs to an earlier one, or it is over.

        Its holder may have gone home: while she does nothing, it goes on as an idle claim does.
        """
        if self.recheck_at == due_at and at >= due_at and not self.ended:
            waits = self.stage is Stage.CLAIMED and self.answer_by is None
            self.record(RecheckDue, at=at, act_by=act_by(at, policy) if waits else None)

    def _recheck_anew(self, *, at: datetime, policy: Policy) -> None:
        """A look that was still to come when the report ended comes after it is opened again."""
        if self.recheck_at is not None:
            self.record(RecheckScheduled, at=at, recheck_at=_recheck_at(at, policy))

    @applies(facts.Accepted)
    def _rings_by_itself(self, _fact: facts.Accepted) -> None:
        """Also of a report that duress opened anew, whose timer may have found it closed."""
        self.recheck_at = None
        self.fine_heard_by = frozenset()

    @applies(SaidFine)
    def _said_fine(self, fact: SaidFine) -> None:
        self.recheck_at = fact.recheck_at
        self.fine_heard_by = self.fine_heard_by | {fact.operator_id}
        self._acted(fact.operator_id)

    @applies(RecheckScheduled)
    def _recheck_scheduled(self, fact: RecheckScheduled) -> None:
        self.recheck_at = fact.recheck_at

    @applies(RecheckDue)
    def _recheck_due(self, fact: RecheckDue) -> None:
        self.recheck_at = None
        self.fine_heard_by = frozenset()
        self.ringing = True
        self.act_by = fact.act_by
        self.acted = self.acted and fact.act_by is None


def _recheck_at(at: datetime, policy: Policy) -> datetime:
    return at + timedelta(seconds=policy.recheck_after_s)
