"""What the people of a control room do with a report."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from domain.base import DomainError
from domain.emergency import facts, refusals
from domain.emergency.attending import Attending
from domain.emergency.sharing import Sharing
from domain.emergency.vocabulary import Escalation, Stage, TakeRight
from domain.policy import Policy

NOT_LIVE: Final[Mapping[Stage, type[DomainError]]] = {
    Stage.WINDOW: refusals.InWindow,
    Stage.CANCELLED: refusals.NotOpen,
    Stage.RESOLVED: refusals.AlreadyResolved,
}


class Answering(Attending, Sharing):
    """Claims and notes. Every method may refuse with a ``DomainError``."""

    def claim(self, *, operator_id: UUID, at: datetime, policy: Policy) -> None:
        """Take the report in hand; only the ring stops.

        By its holder: quiets a report that rings again, and else changes nothing. A report that
        its citizen raised again is there for whoever claims it first.

        Raises:
            HeldByAnother: another operator has it (see ``take_over``).
            InWindow, NotOpen, AlreadyResolved: it cannot be claimed.
        """
        self._must_live()
        if self.held_by not in {None, operator_id}:
            if self.answer_by is None:
                raise refusals.HeldByAnother(str(self.held_by))
            self.take_over(operator_id=operator_id, reason=None, at=at, policy=policy)
        elif self.held_by is None or self.ringing:
            self.record(facts.Claimed, at=at, operator_id=operator_id, act_by=act_by(at, policy))

    def take_over(
        self,
        *,
        operator_id: UUID,
        reason: str | None,
        at: datetime,
        policy: Policy,
        supervisor: bool = False,
    ) -> None:
        """Take the report out of another's hand; by its holder: as ``claim``.

        A reason is needed unless the claim is fresh, the report rings again because its holder
        did nothing, or she is away; a supervisor may at any time. An unclaimed report is simply
        claimed.

        Raises:
            ReasonNeeded: the holder has had it for longer than the free time.
            InWindow, NotOpen, AlreadyResolved: it is in nobody's hand.
        """
        self._must_live()
        if self.held_by is None or self.held_by == operator_id:
            self.claim(operator_id=operator_id, at=at, policy=policy)
        else:
            given = said(reason)
            right = self._right_to_take(at, policy, supervisor=supervisor)
            if right is None and given is None:
                raise refusals.ReasonNeeded(str(self.id))
            self.record(
                facts.TakenOver,
                at=at,
                operator_id=operator_id,
                from_operator_id=self.held_by,
                citizen_id=self.citizen_id,
                act_by=act_by(at, policy),
                right=right or TakeRight.REASON,
                reason=given,
            )

    def release(self, *, operator_id: UUID, reason: str, at: datetime, policy: Policy) -> None:
        """Give the report back: it rings again, and rises again when nobody takes it.

        Raises:
            NotHeld, HeldByAnother: the operator does not have it.
            ReasonNeeded: no reason was given.
        """
        self._must_live()
        self._must_hold(operator_id)
        given = said(reason)
        if given is None:
            raise refusals.ReasonNeeded(str(self.id))
        self.record(
            facts.Released,
            at=at,
            operator_id=operator_id,
            citizen_id=self.citizen_id,
            answer_by=answer_by(at, policy),
            escalations=rises(at, policy),
            reason=given,
        )

    def view_camera(self, *, operator_id: UUID, camera_id: str, at: datetime) -> None:
        """Look through a camera for this report; claimed or not."""
        self._must_live()
        self.record(facts.CameraViewed, at=at, operator_id=operator_id, camera_id=camera_id)

    def share_camera(self, *, operator_id: UUID, camera_id: str, at: datetime) -> None:
        """Let the police look along through a camera; twice is once.

        Raises:
            NobodyToShareWith: no request to the police stands.
        """
        self._must_live()
        self._share(operator_id=operator_id, camera_id=camera_id, at=at)

    def add_note(self, *, operator_id: UUID, note: str, at: datetime) -> None:
        """Write something down, at any stage: also before the claim and after the end.

        Raises:
            NoteLength: the note is empty.
        """
        text = said(note)
        if text is None:
            raise refusals.NoteLength(str(self.id))
        self.record(
            facts.NoteAdded, at=at, operator_id=operator_id, citizen_id=self.citizen_id, note=text
        )

    def _must_live(self) -> None:
        refusal = NOT_LIVE.get(self.stage)
        if refusal is not None:
            raise refusal(str(self.id))

    def _must_hold(self, operator_id: UUID) -> None:
        if self.held_by is None:
            raise refusals.NotHeld(str(self.id))
        if self.held_by != operator_id:
            raise refusals.HeldByAnother(str(self.held_by))

    def _right_to_take(self, at: datetime, policy: Policy, *, supervisor: bool) -> TakeRight | None:
        """What makes a reason unnecessary; None when nothing does."""
        free_s = timedelta(seconds=policy.free_take_over_s)
        rights = (
            (TakeRight.FRESH, self.claimed_at is not None and at <= self.claimed_at + free_s),
            (TakeRight.RINGING, self.ringing),
            (TakeRight.AWAY, self.holder_away),
            (TakeRight.SUPERVISOR, supervisor),
        )
        return next((right for right, holds in rights if holds), None)


def answer_by(at: datetime, policy: Policy) -> datetime:
    """Until when a report that rings from ``at`` on should be claimed."""
    return at + timedelta(seconds=policy.answer_within_s)


def rises(at: datetime, policy: Policy) -> tuple[Escalation, ...]:
    """How a report that rings from ``at`` on rises while nobody claims it."""
    return tuple(
        Escalation(level=level, due_at=at + timedelta(seconds=after_s))
        for level, after_s in policy.escalations_s()
    )


def idle_rises(at: datetime, policy: Policy) -> tuple[Escalation, ...]:
    """How a claimed report that rings again from ``at`` on rises while nobody acts."""
    return tuple(
        Escalation(level=level, due_at=at + timedelta(seconds=after_s))
        for level, after_s in policy.idle_escalations_s()
    )


def act_by(at: datetime, policy: Policy) -> datetime:
    return at + timedelta(seconds=policy.act_within_s)


def said(text: str | None) -> str | None:
    """What was written, without the blanks around it; None when it is nothing."""
    return (text or "").strip() or None
