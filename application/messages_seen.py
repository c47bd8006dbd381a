"""Who was told of what, and when: for the citizen whose matter it is, and for its control room."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar, Final, Protocol
from uuid import UUID

from pydantic import AwareDatetime

from application.board_desk import BOARD
from application.context import Context
from application.desk import Desk, allow
from application.message_desk import MessageDesk
from application.read_models import Folds
from application.reading_desk import ReadingDesk
from application.safe_return import Receipt
from domain.base import Erased, Value
from domain.member import Member
from domain.message import Message, RecipientKind
from domain.message_routing import MessageRoute, MessageState
from domain.roles import Role

FOLD: Final = "sent_messages"
SHOWN_MAX: Final = 200
WAIT_S: Final = 2.0


class SentMessage(Protocol):
    """A row of the fold, as far as it is read here."""

    @property
    def message_id(self) -> UUID: ...
    @property
    def about(self) -> UUID: ...
    @property
    def recipient_kind(self) -> RecipientKind: ...
    @property
    def recipient_id(self) -> UUID: ...
    @property
    def phrase(self) -> str: ...
    @property
    def state(self) -> MessageState: ...
    @property
    def route(self) -> MessageRoute | None: ...
    @property
    def failed_routes(self) -> tuple[MessageRoute, ...]: ...
    @property
    def composed_at(self) -> datetime: ...
    @property
    def put_off_until(self) -> datetime | None: ...
    @property
    def sent_at(self) -> datetime | None: ...
    @property
    def delivered_at(self) -> datetime | None: ...
    @property
    def why(self) -> str | None: ...


class SentView(Protocol):
    def about(self, about: UUID) -> Sequence[SentMessage]:
        """All that tell of one session or report, the newest first."""
        ...

    def of(self, citizen_id: UUID, about: UUID | None, limit: int) -> Sequence[SentMessage]:
        """Those whose matter is hers, the newest first; ``about`` one of her sessions, or any."""
        ...


class MessageSeen(Value):
    """One message, without its words and without a number."""

    message_id: UUID
    about: UUID
    recipient_kind: RecipientKind
    recipient_id: UUID
    recipient: str | None
    """A guardian's name, for whose guardian she is; None for others, and where it is erased."""
    phrase: str
    state: MessageState
    route: MessageRoute | None
    failed_routes: tuple[MessageRoute, ...]
    composed_at: AwareDatetime
    put_off_until: AwareDatetime | None
    sent_at: AwareDatetime | None
    delivered_at: AwareDatetime | None
    why: str | None


class MyMessages(Desk):
    """The citizen's own: which guardian got what, and when; and what her app has shown."""

    def __init__(self, *desk: Any, view: SentView, folds: Folds, messages: MessageDesk) -> None:
        super().__init__(*desk)
        self._view = view
        self._folds = folds
        self._messages = messages

    def mine(
        self, context: Context, *, about: UUID | None = None, after: int | None = None
    ) -> list[MessageSeen]:
        """Messages that tell of her, to whomever; the newest first.

        Raises:
            Forbidden: the caller is no citizen.
            FoldBehind: it did not come to ``after`` in time.
        """
        allow(context, Role.CITIZEN)
        if after is not None:
            self._folds.wait(FOLD, after, WAIT_S)
        citizen_id = UUID(context.principal.id)
        member = self._app.find(Member, citizen_id)
        names = {
            one.guardian_id: one.name
            for one in (member.guardians if member else ())
            if not isinstance(one.name, Erased)
        }
        rows = self._view.of(citizen_id, about, SHOWN_MAX)
        return [seen(row, names.get(row.recipient_id)) for row in rows]

    def reached(self, message_ids: Sequence[UUID], context: Context) -> Receipt:
        """Her app has shown these; those that are not to her are passed over in silence.

        Raises:
            Forbidden: the caller is no citizen.
        """
        allow(context, Role.CITIZEN)
        citizen_id = UUID(context.principal.id)
        last = Receipt(aggregate_id=citizen_id)
        for message_id in message_ids:
            message = self._app.find(Message, message_id)
            hers = message is not None and message.recipient.recipient_id == citizen_id
            if hers:
                last = self._messages.delivered(message_id, context, MessageRoute.PUSH)
        return last


class MessagesOfSession(ReadingDesk):
    """A control room's: what left the house about one of its sessions."""

    DETAIL: ClassVar[str] = BOARD

    def __init__(self, *, sent: SentView, **reading: Any) -> None:
        super().__init__(**reading)
        self._sent = sent

    def messages(self, context: Context, session_id: UUID) -> list[MessageSeen]:
        """Whom the session's messages reached, by ids and codes: nothing personal.

        Raises:
            Unknown: there is no such session.
            Forbidden: it is another district's; the refusal is recorded.
        """
        row = self._reports.get(session_id, None)
        self.permitted(context, session_id, row, what="messages", why=None)
        return [seen(one, None) for one in self._sent.about(session_id)]


def seen(row: SentMessage, recipient: str | None) -> MessageSeen:
    return MessageSeen(
        message_id=row.message_id,
        about=row.about,
        recipient_kind=row.recipient_kind,
        recipient_id=row.recipient_id,
        recipient=recipient,
        phrase=row.phrase,
        state=row.state,
        route=row.route,
        failed_routes=row.failed_routes,
        composed_at=row.composed_at,
        put_off_until=row.put_off_until,
        sent_at=row.sent_at,
        delivered_at=row.delivered_at,
        why=row.why,
    )
