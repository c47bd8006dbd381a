"""How a report ends, and how it is opened again."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from domain.emergency import facts, refusals
from domain.emergency.answering import answer_by, rises, said
from domain.emergency.checking import Checking
from domain.emergency.conversing import Conversing
from domain.emergency.outcomes import Grounds, must_fit_end
from domain.emergency.sharing import ShareEnd
from domain.emergency.vocabulary import Outcome, Stage, VerifiedBy
from domain.policy import Policy


class Ending(Checking, Conversing):
    """Outcomes. Every method may refuse."""

    def resolve(  # noqa: PLR0913 (an ending says who, what, how one knows, why and when)
        self,
        *,
        operator_id: UUID,
        outcome: Outcome,
        note: str,
        coordinator: bool,
        at: datetime,
        policy: Policy,
        verified_by: VerifiedBy | None = None,
        duplicate_of: UUID | None = None,
    ) -> None:
        """End the report. Its holder may; a coordinator may whoever holds it.

        Args:
            operator_id: who ends it.
            outcome: how it ended.
            note: what is to be said of it.
            coordinator: whether it need not be in the operator's hand.
            at: the moment.
            policy: the city's numbers.
            verified_by: how it was made sure; for ``Outcome.SAFE``, and needed there.
            duplicate_of: the other report; for ``Outcome.DUPLICATE``, and needed there.

        Raises:
            NotHeld, HeldByAnother: the operator does not have it.
            RingsAgain: its citizen raised again, and nobody has claimed it since.
            OutcomeUnfit: a drill ends as a drill, and nothing else does.
            NotVerified, VerificationUnfit: “safe” says how one knows, and nothing else does.
            OriginalNeeded, OriginalUnfit: a duplicate names another report, and nothing else does.
            NoteLength: the note is too short or too long.
        """
        self._must_live()
        if not coordinator:
            self._must_have_answered(operator_id)
        must_fit_end(self, outcome, Grounds(verified_by, duplicate_of))
        text = note.strip()
        if not policy.note_chars_min <= len(text) <= policy.note_chars_max:
            raise refusals.NoteLength(str(len(text)))
        self._end_shares(ShareEnd.RESOLVED, at=at)
        self.record(
            facts.Resolved,
            at=at,
            operator_id=operator_id,
            citizen_id=self.citizen_id,
            outcome=outcome,
            verified_by=verified_by,
            duplicate_of=duplicate_of,
            note=text,
        )

    def _must_have_answered(self, operator_id: UUID) -> None:
        self._must_hold(operator_id)
        if self.answer_by is not None:
            raise refusals.RingsAgain(str(self.id))

    def reopen(self, *, operator_id: UUID, reason: str, at: datetime, policy: Policy) -> None:
        """Open again what was resolved, or cancelled a short time ago; it rings anew.

        After an outcome she is called again, unless nothing may ring near her, and a second look
        that was still to come is to come anew. A cancelled report calls nobody by itself: whoever
        made her cancel may hold the phone.

        Raises:
            AlreadyOpen: it is not over.
            TooLateToReopen: the cancel lies too far back.
            ReasonNeeded: no reason was given.
        """
        if not self.ended:
            raise refusals.AlreadyOpen(str(self.id))
        if self.stage is Stage.CANCELLED and not self._recently_cancelled(at):
            raise refusals.TooLateToReopen(str(self.id))
        given = said(reason)
        if given is None:
            raise refusals.ReasonNeeded(str(self.id))
        had_outcome = self.stage is Stage.RESOLVED
        self.record(
            facts.Reopened,
            at=at,
            operator_id=operator_id,
            citizen_id=self.citizen_id,
            answer_by=answer_by(at, policy),
            escalations=rises(at, policy),
            reason=given,
        )
        if had_outcome and self.wants_call and not self.call_under_way:
            self._order_call(operator_id=None, retry=False, at=at)
        self._recheck_anew(at=at, policy=policy)

    def _recently_cancelled(self, at: datetime) -> bool:
        return self.reopen_until is not None and at <= self.reopen_until
