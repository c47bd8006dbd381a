"""Guardians are told of an emergency, where she wants it: see docs/members.md.

A timer asks, as soon as the report is accepted: so nothing of hers that cannot be read, and no
message that cannot be stored, ever holds the acceptance up.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from application.consents import consents_of
from application.context import Context
from application.desk import Desk, allow
from application.messaging import to_guardians
from application.outbox import TimerKind
from application.safe_return import Receipt
from application.timers import Question
from domain.base import Erased
from domain.emergency import Emergency
from domain.emergency.vocabulary import Stage
from domain.member import Member
from domain.message import Message
from domain.policy import SEOUL
from domain.preferences import GuardiansTold
from domain.roles import Role

TOLD: Final = "guardian.emergency"


class GuardiansToldDesk(Desk):
    """Asked twice, or too late, it does nothing more."""

    def timed(self) -> Mapping[TimerKind, Question]:
        return {TimerKind.GUARDIANS_TOLD: lambda one, context: self.tell(one.aggregate_id, context)}

    def tell(self, report_id: UUID, context: Context) -> Receipt:
        """Tell the guardians of an accepted report that is real, if its citizen wants it.

        Raises:
            Unknown: there is no such report.
        """
        allow(context, Role.SYSTEM)

        def attempt() -> Receipt:
            report = self._app.load(Emergency, report_id)
            messages = self._messages(report, self._clock.now())
            receipt = Receipt(aggregate_id=report_id)
            return self._app.commit(messages, context=context, receipt=receipt)

        return self._decide(context, Receipt, attempt)

    def _messages(self, report: Emergency, at: datetime) -> list[Message]:
        member = self._app.find(Member, report.citizen_id) if report.citizen_id else None
        if member is None or not may_be_told(report, member):
            return []
        name = "" if isinstance(member.name, Erased) else member.name
        raised_at = report.heard[report.trigger_id].at
        composed = to_guardians(
            member,
            about=report.id,
            occasion=TOLD,
            phrase=TOLD,
            words={"name": name, "time": f"{raised_at.astimezone(SEOUL):%H:%M}"},
            at=at,
        )
        return [one for one in composed if self._app.find(Message, one.id) is None]


def may_be_told(report: Emergency, member: Member) -> bool:
    """Whether she wants it, for this report; her word counts, and no one else's.

    A guardian may be the danger: where she asked for silence, or seems to have been made to take
    the report back, only who has said *always* is believed to want it.
    """
    wanted = member.settings.guardians_told
    is_open = report.stage in {Stage.OPEN, Stage.CLAIMED}
    if report.drill or not is_open or not consents_of(member).served:
        return False
    quietly = report.is_silent or report.under_duress
    return wanted is GuardiansTold.ALWAYS or (wanted is GuardiansTold.UNLESS_SILENT and not quietly)
