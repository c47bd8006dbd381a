"""Something is amiss: she is asked whether all is well. Silence is an answer, too.

Every question is answered, found to be needless by an operator, taken over by an emergency report,
or rises.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar
from uuid import UUID, uuid5

from pydantic import AwareDatetime

from domain.base import ERASED, Fact, applies
from domain.escalation import Escalation
from domain.monitoring import facts, refusals
from domain.monitoring.calling import Calling
from domain.monitoring.facts import SealedNote
from domain.monitoring.vocabulary import CheckInAnswer, MonitoringClearedBy, WatchRise
from domain.monitoring.watchers import rises
from domain.policy import Policy
from domain.watching.emergencies import EmergencyRaised
from domain.watching.walked import Trouble


class Asked(Fact):
    """She is asked whether all is well, and has until ``answer_by``."""

    TOPIC: ClassVar[str] = "monitoring.asked"

    question_id: UUID
    about: Trouble
    answer_by: AwareDatetime


class Answered(Fact):
    """She said how she is, in time or later."""

    TOPIC: ClassVar[str] = "monitoring.answered"

    question_id: UUID
    answer: CheckInAnswer
    ask_again_at: AwareDatetime | None
    """When she is asked anew, if something is amiss then still; None when nothing is now."""


class Unanswered(Fact):
    """She has not answered in time: whoever watches is to see to it."""

    TOPIC: ClassVar[str] = "monitoring.unanswered"

    question_id: UUID
    escalations: tuple[Escalation, ...]


class Cleared(Fact):
    """An operator found that all is well."""

    TOPIC: ClassVar[str] = "monitoring.cleared"

    operator_id: UUID
    citizen_id: UUID
    by: MonitoringClearedBy
    ask_again_at: AwareDatetime | None
    note: SealedNote = ERASED


class Asking(Calling):
    """Questions, and what comes of them."""

    questions: tuple[UUID, ...] = ()
    """All that were ever asked."""
    question: UUID | None = None
    """The one that is open: asked, and neither answered nor cleared."""
    asked_about: Trouble | None = None
    answer_by: datetime | None = None
    """Until when its answer is awaited; None once it was not given in time."""
    ask_again_at: datetime | None = None

    def answer(
        self, *, question_id: UUID, answer: CheckInAnswer, at: datetime, policy: Policy
    ) -> None:
        """Take her word, in time or later; to a question that is settled, or over: nothing.

        A cry for help counts at any time.

        Raises:
            QuestionUnknown: she was never asked that.
        """
        if question_id not in self.questions:
            raise refusals.QuestionUnknown(str(question_id))
        settled = question_id != self.question and answer is not CheckInAnswer.HELP
        if settled or self.over:
            return
        self.record(
            Answered,
            at=at,
            question_id=question_id,
            answer=answer,
            ask_again_at=self._again_at(at, policy) if answer is CheckInAnswer.ALL_RIGHT else None,
        )

    def unanswered(
        self, *, question_id: UUID, due_at: datetime, at: datetime, policy: Policy
    ) -> None:
        """Note that she did not answer in time; she did, or it is settled: nothing."""
        if question_id == self.question and self.answer_by == due_at and at >= due_at:
            self.record(
                Unanswered,
                at=at,
                question_id=question_id,
                escalations=rises(WatchRise.UNANSWERED, at, policy),
            )

    def clear(  # noqa: PLR0913 (who found what, how, and when)
        self,
        *,
        operator_id: UUID,
        supervisor: bool,
        by: MonitoringClearedBy,
        note: str | None,
        at: datetime,
        policy: Policy,
    ) -> None:
        """An operator found that all is well.

        Raises:
            NotWatcher: somebody else watches.
            Over: it has ended.
        """
        self.must_be_watched_by(operator_id, supervisor=supervisor)
        self.record(
            Cleared,
            at=at,
            operator_id=operator_id,
            citizen_id=self.citizen_id,
            by=by,
            ask_again_at=self._again_at(at, policy),
            note=(note or "").strip() or None,
        )

    def ask_again(self, *, due_at: datetime, at: datetime, policy: Policy) -> None:
        """Ask anew about what is amiss still; not due, or nothing is: nothing."""
        if self.ask_again_at == due_at and at >= due_at and self.noticed:
            self._ask(self.noticed[0][0], at=at, policy=policy)

    def overdue(self, *, due_at: datetime, at: datetime, policy: Policy) -> None:
        """Note that she is expected since long; not due, extended, or over: nothing."""
        if not self.over and self.overdue_at == due_at and at >= due_at:
            self.notice(Trouble.OVERDUE, self.expected_at, at=at, policy=policy)

    def _troubled(self, trouble: Trouble, *, at: datetime, policy: Policy) -> None:
        self._ask(trouble, at=at, policy=policy)

    def _ask(self, about: Trouble, *, at: datetime, policy: Policy) -> None:
        """One question at a time; during her emergency none, since she is talked to anyway."""
        if self.question is None and not self.reports and not self.over:
            self.record(
                Asked,
                at=at,
                question_id=uuid5(self.id, f"question/{len(self.questions) + 1}"),
                about=about,
                answer_by=at + timedelta(seconds=policy.check_in_answer_s),
            )

    def _again_at(self, at: datetime, policy: Policy) -> datetime | None:
        return at + timedelta(seconds=policy.ask_again_s) if self.noticed else None

    @applies(Asked)
    def _asked(self, fact: Asked) -> None:
        self.questions = (*self.questions, fact.question_id)
        self.question = fact.question_id
        self.asked_about = fact.about
        self.answer_by = fact.answer_by
        self.ask_again_at = None

    @applies(Answered)
    def _answered(self, fact: Answered) -> None:
        self._settle(fact.ask_again_at)

    @applies(Cleared)
    def _cleared(self, fact: Cleared) -> None:
        self._settle(fact.ask_again_at)

    @applies(EmergencyRaised)
    def _asks_no_more(self, _fact: EmergencyRaised) -> None:
        self._settle(None)

    @applies(facts.Arrived, facts.Ended)
    def _nothing_to_ask(self, _fact: Fact) -> None:
        self._settle(None)

    def _settle(self, ask_again_at: datetime | None) -> None:
        self.question = None
        self.answer_by = None
        self.ask_again_at = ask_again_at
        self._rising(WatchRise.UNANSWERED)
        self._rising(WatchRise.CALLED)

    @applies(Unanswered)
    def _unanswered(self, fact: Unanswered) -> None:
        self.answer_by = None
        self._rising(WatchRise.UNANSWERED, fact.escalations)
