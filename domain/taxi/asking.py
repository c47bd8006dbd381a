"""Is all well? What the service asks her, and what comes of her word or her silence."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID, uuid5

from domain.escalation import OnDuty
from domain.policy import Policy
from domain.taxi import facts
from domain.taxi.boarding import BoardingTaxi
from domain.taxi.refusals import ExtensionUnfit, QuestionUnknown, TripOver
from domain.taxi.vocabulary import TaxiAnswer, TaxiAskReason, TaxiAttention


class AskingTaxi(BoardingTaxi):
    """One question at a time; timers ask twice without harm."""

    def ask(
        self,
        reason: TaxiAskReason,
        *,
        at: datetime,
        policy: Policy,
        operator_id: UUID | None = None,
    ) -> None:
        """Ask her whether all is well; while a question is open, that one stands.

        Raises:
            TripOver: there is nothing left to ask about.
        """
        if self.over:
            raise TripOver(str(self.id))
        if self.question is not None:
            return
        self.record(
            facts.Asked,
            at=at,
            question_id=uuid5(self.id, f"question:{len(self.questions) + 1}"),
            reason=reason,
            operator_id=operator_id,
            answer_by=at + timedelta(seconds=policy.taxi_answer_s),
        )

    def answer(
        self,
        answer: TaxiAnswer,
        *,
        question_id: UUID | None,
        at: datetime,
        policy: Policy,
        occurred_at: datetime | None = None,
    ) -> None:
        """Keep her word; that she has got out is ``alight``'s to follow.

        A word without a question counts, too, and a call for help whatever it answers. After
        the end a call for help changes nothing here: the report that came of it stands alone.

        Raises:
            TripOver: the ride is over, and she does not call for help.
            QuestionUnknown: she was never asked that.
        """
        if self.over and answer is TaxiAnswer.HELP:
            return
        if self.over:
            raise TripOver(str(self.id))
        known = question_id is None or question_id in self.questions
        if not known and answer is not TaxiAnswer.HELP:
            raise QuestionUnknown(str(question_id))
        if question_id is not None and (question_id, answer) in self.answers:
            return
        riding = answer is TaxiAnswer.RIDING
        again = at + timedelta(seconds=policy.taxi_overdue_again_s)
        self.record(
            facts.Answered,
            at=at,
            occurred_at=occurred_at,
            question_id=question_id,
            answer=answer,
            due_at=again if riding and self.due_at <= at else None,
            ask_at=at + timedelta(seconds=policy.taxi_still_s) if riding and self.rest else None,
        )

    def answer_due(self, *, question_id: UUID, on_duty: OnDuty, at: datetime) -> None:
        """Her time to answer is over: an operator is to look.

        While nobody has the ride in hand, ``on_duty`` is called.
        """
        question = self.question
        if question is None or question.question_id != question_id or at < question.answer_by:
            return
        page = on_duty.page(uuid5(self.id, f"unanswered/{question_id}"))
        self.record(
            facts.Unanswered,
            at=at,
            question_id=question_id,
            page=page if self.held_by is None else None,
        )

    def overdue(self, *, due_at: datetime, at: datetime, policy: Policy) -> None:
        """It takes too long; nothing happens when it was extended, or is over."""
        if self.over or due_at != self.due_at or at < due_at:
            return
        if TaxiAttention.OVERDUE not in self.attention:
            self.record(facts.Overrun, at=at, due_at=due_at)
            self.ask(TaxiAskReason.OVERDUE, at=at, policy=policy)

    def still_due(self, *, ask_at: datetime, at: datetime, policy: Policy) -> None:
        """She has not moved for long: has she forgotten to say that she got out?"""
        if self.over or self.rest is None or self.rest.ask_at != ask_at or at < ask_at:
            return
        arrived = self.rest.arrived
        self.ask(TaxiAskReason.FORGOTTEN if arrived else TaxiAskReason.STILL, at=at, policy=policy)

    def extend(self, *, until: datetime, at: datetime, policy: Policy) -> None:
        """She says that it will take longer; the same again changes nothing.

        Raises:
            TripOver: the ride is over.
            ExtensionUnfit: into the past, or too far ahead.
        """
        if self.over:
            raise TripOver(str(self.id))
        if until == self.due_at:
            return
        if not at < until <= at + timedelta(seconds=policy.taxi_extend_max_s):
            raise ExtensionUnfit(until.isoformat())
        self.record(facts.Extended, at=at, due_at=until)
