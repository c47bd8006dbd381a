"""Brings an order to call her to the provider of calls."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import Final
from uuid import UUID

from application.access import AccessKind, Task
from application.context import Context
from application.delivery_book import ClaimedDelivery
from application.errors import Unknown
from application.messages import NothingToSend, RequestWithdrawn
from application.monitoring.following import Following
from application.ports import AccessLog, CallPartner, CallRequest
from application.safe_return import SafeReturn
from domain.base import DomainError, Erased
from domain.member import Member
from domain.monitoring import Monitoring

CHANNEL: Final = "session_call"


class SessionCalls:
    """See ``application.carriers.Carrier``."""

    def __init__(
        self,
        app: SafeReturn,
        sessions: Following,
        *,
        partner: Callable[[], CallPartner],
        access_log: AccessLog,
    ) -> None:
        self._app = app
        self._sessions = sessions
        self._partner = partner
        self._access_log = access_log

    def hand_over(self, claimed: ClaimedDelivery, context: Context) -> str:
        session = self._app.load(Monitoring, claimed.about)
        if not session.may_ring:
            raise RequestWithdrawn(str(session.id))
        phone = self._phone_of(session.citizen_id)
        self._access_log.record(
            context,
            subject=session.citizen_id,
            what="phone",
            why=f"delivery:{CHANNEL}",
            kind=AccessKind.PROVISION,
            about=session.id,
            task=Task.RESPONSE,
            recipient=CHANNEL,
        )
        call_id = self._partner().place(
            CallRequest(
                delivery_id=claimed.delivery_id,
                correlation_id=context.correlation_id,
                report_id=session.id,
                district=session.district,
                phone=phone,
                language=session.language,
            )
        )
        self._sessions.call_placed(session.id, call_id, context)
        return call_id

    def gave_up(self, claimed: ClaimedDelivery, code: str, context: Context) -> None:
        with suppress(DomainError, Unknown):
            self._sessions.call_failed(claimed.about, claimed.delivery_id, code, context)

    def _phone_of(self, citizen_id: UUID) -> str:
        member = self._app.find(Member, citizen_id)
        if member is None or isinstance(member.phone, Erased):
            raise NothingToSend("her number is not known any more")
        return member.phone
