"""The citizens' side: wish, answer, need longer, be there, or end it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from application.accompanied import reports_told
from application.context import Context
from application.errors import Unknown
from application.monitoring.base import WatchDesk, receipt_of, settle, standing
from application.monitoring.commands import (
    AnswerCheckIn,
    ExtendMonitoring,
    MonitoringReceipt,
    MonitoringTold,
    OpenQuestion,
    RequestMonitoring,
)
from application.phrases import phrase, worded
from domain.base import Aggregate
from domain.member import Member
from domain.monitoring import Monitoring, Wish
from domain.monitoring.vocabulary import (
    CheckInAnswer,
    MonitoringEnd,
    MonitoringExtendedBy,
    MonitoringStage,
)
from domain.session_guard import SessionGuard
from domain.session_kind import SessionKind


class Accompanying(WatchDesk):
    """Everything is hers alone: another citizen's session is unknown to her."""

    def request(
        self, command: RequestMonitoring, citizen_id: UUID, context: Context
    ) -> MonitoringReceipt:
        """Begin a session; a repeat meets the first.

        Raises:
            Unknown: there is no such member.
            SessionAlreadyOpen: another one of hers is open.
            ExpectedUnfit: she is not expected in the future, or too far ahead.
            DomainError: she does not consent to being located.
        """
        at = self._clock.now()
        session_id = Monitoring.create_id(citizen_id, command.request_id)

        def attempt() -> MonitoringReceipt:
            known = self._app.find(Monitoring, session_id)
            if known is not None:
                return receipt_of(known)
            session = self._wished(command, citizen_id, at)
            guard = self._app.find(SessionGuard, SessionGuard.create_id(citizen_id))
            guard = guard or SessionGuard.begin_for(citizen_id, at=at)
            guard.open(kind=SessionKind.MONITORING, session_id=session.id, at=at)
            reports = reports_told(
                self._app, SessionKind.MONITORING, session, citizen_id=citizen_id, at=at
            )
            taking = self._round(at)
            taking.find_watcher(taking.take(session))
            return self._app.commit(
                [*taking.saved, guard, *reports], context=context, receipt=receipt_of(session)
            )

        return self._decide(context, MonitoringReceipt, attempt)

    def answer(
        self, session_id: UUID, command: AnswerCheckIn, citizen_id: UUID, context: Context
    ) -> MonitoringReceipt:
        """Take her word. A cry for help raises an emergency report first, whatever comes then.

        Raises:
            QuestionUnknown: she was never asked that.
        """
        if command.answer is CheckInAnswer.HELP:
            session = self._hers(session_id, citizen_id)
            trigger = str(command.question_id)
            self._raise_for(session, trigger, context, silent=command.silent)
        return self._step(
            session_id,
            context,
            lambda session, at: session.answer(
                question_id=command.question_id,
                answer=command.answer,
                at=at,
                policy=self._policy,
            ),
            may=_only(citizen_id),
        )

    def extend(
        self, session_id: UUID, command: ExtendMonitoring, citizen_id: UUID, context: Context
    ) -> MonitoringReceipt:
        """Expect her at another moment.

        Raises:
            ExpectedUnfit, Over: see ``Monitoring.extend``.
        """
        return self._step(
            session_id,
            context,
            lambda session, at: session.extend(
                expected_at=command.expected_at,
                by=MonitoringExtendedBy.CITIZEN,
                at=at,
                policy=self._policy,
            ),
            may=_only(citizen_id),
        )

    def arrive(self, session_id: UUID, citizen_id: UUID, context: Context) -> MonitoringReceipt:
        """Take her word that she is there; twice is once."""
        return self._step(
            session_id,
            context,
            lambda session, at: session.arrive(at=at),
            may=_only(citizen_id),
        )

    def end(self, session_id: UUID, citizen_id: UUID, context: Context) -> MonitoringReceipt:
        """End it as she wishes; twice is once."""
        return self._step(
            session_id,
            context,
            lambda session, at: session.end(because=MonitoringEnd.CITIZEN, at=at),
            may=_only(citizen_id),
        )

    def told(self, session_id: UUID, citizen_id: UUID) -> MonitoringTold:
        """What her phone shows.

        Raises:
            Unknown: she has no such session.
        """
        session = self._hers(session_id, citizen_id)
        at = self._clock.now()
        question = None
        if session.question is not None:
            question = OpenQuestion(
                question_id=session.question,
                about=session.asked_about or "",
                answer_by=session.answer_by,
            )
        return MonitoringTold(
            session_id=session.id,
            stage=session.stage,
            watched=session.watcher is not None,
            text=self._text(session, at),
            district=session.district,
            expected_at=session.expected_at,
            question=question,
            reports=session.reports,
            server_time=at,
        )

    def stop(self, session_id: UUID, at: datetime) -> list[Aggregate]:
        """End what she consents to no longer; her guard, and the saving, are the caller's."""
        taking = self._round(at)
        session = taking.session(session_id)
        was = standing(session)
        session.end(because=MonitoringEnd.CONSENT_WITHDRAWN, at=at)
        settle(taking, session, was, guarded=False)
        return taking.saved

    def _wished(self, command: RequestMonitoring, citizen_id: UUID, at: datetime) -> Monitoring:
        member = self._app.load(Member, citizen_id)
        self._around.must_be_followed(member)
        policy = self._around.policies.at(at)
        located = self._around.districts.locate(command.origin)
        wish = Wish(
            citizen_id=citizen_id,
            request_id=command.request_id,
            language=member.language,
            origin=command.origin,
            destination=command.destination,
            expected_at=command.expected_at,
            route=self._around.routes.way(command.origin, command.destination, policy),
            district=located.district,
            cell=located.cell,
        )
        return Monitoring.request(wish, at=at, policy=policy)

    def _hers(self, session_id: UUID, citizen_id: UUID) -> Monitoring:
        session = self._app.load(Monitoring, session_id)
        _only(citizen_id)(session)
        return session

    def _text(self, session: Monitoring, at: datetime) -> str:
        centre = phrase(f"place.{session.district}", session.language)
        left_s = 0.0
        if session.answer_by is not None:
            left_s = max(0.0, (session.answer_by - at).total_seconds())
        words = {"centre": centre, "seconds": f"{left_s:.0f}"}
        return worded(f"monitoring.state.{_state(session)}", session.language, words)


def _state(session: Monitoring) -> str:
    if session.over:
        return "arrived" if session.stage is MonitoringStage.ARRIVED else "ended"
    if session.reports:
        return "emergency"
    if session.question is not None:
        return "unanswered" if session.answer_by is None else "asked"
    if session.watcher is not None:
        return "watched"
    return "waiting" if session.began_at is None else "unwatched"


def _only(citizen_id: UUID) -> Callable[[Monitoring], None]:
    """Raises Unknown: it is another's."""

    def may(session: Monitoring) -> None:
        if session.citizen_id != citizen_id:
            raise Unknown(str(session.id))

    return may
