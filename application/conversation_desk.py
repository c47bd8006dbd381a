"""What her own phone may know of her report: what was written, and whether to be still."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from pydantic import AwareDatetime

from application.access import AccessKind
from application.context import Context
from application.emergency.writing import is_hers
from application.errors import Unknown
from application.identity import DeviceIdentity
from application.ports import AccessLog
from application.safe_return import SafeReturn
from domain.base import Erased, Fact, Value
from domain.emergency import Emergency
from domain.emergency.conversing import MessageReceived, MessageSent, Template
from domain.language import Language


class Written(Value):
    """One message; ``mine`` when she wrote it. ``body`` is None once it is erased."""

    message_id: UUID
    mine: bool
    language: Language | None
    template: Template | None
    body: str | None
    at: AwareDatetime


class Conversation(Value):
    """All that was written after the position that was asked for."""

    report_id: UUID
    position: int
    """Ask for what comes after it next time."""
    open: bool
    silent: bool
    """The phone makes no sound and no light, whatever it is set to."""
    messages: tuple[Written, ...]


class ConversationDesk:
    """Reads the log itself: what was written is there at once."""

    def __init__(self, app: SafeReturn, access_log: AccessLog) -> None:
        self._app = app
        self._access_log = access_log

    def heard(
        self, report_id: UUID, identity: DeviceIdentity, context: Context, *, after: int = 0
    ) -> Conversation:
        """What was written after a position, opened for her; leaves an access record.

        Raises:
            Unknown: there is no such report, or it is not hers.
            LogUnavailable: ask again.
        """
        report = self._app.find(Emergency, report_id)
        if report is None or not is_hers(report, identity):
            raise Unknown(str(report_id))
        history = _shown(report, self._app.history(report_id))
        messages = _written(history, after)
        if messages:
            self._access_log.record(
                context,
                subject=identity.citizen_id,
                what="messages.read",
                why=f"report:{report_id}",
                kind=AccessKind.READ,
                about=report_id,
            )
        return Conversation(
            report_id=report_id,
            position=history[-1].envelope.position,
            open=not (report.ended or report.seems_over),
            silent=report.silence_asked or report.silenced,
            messages=messages,
        )


def _shown(report: Emergency, history: Sequence[Fact]) -> Sequence[Fact]:
    """What a phone may know: of a report that it takes for cancelled, nothing that came later.

    Whether it was cancelled, or only seems so because of the duress PIN, nobody can tell. Of one
    that seems to be resolved it sees what she herself has written since.
    """
    until = report.over_on_phone_at
    if until is None or not (report.taken_back or report.seems_resolved):
        return history
    return [
        fact
        for fact in history
        if fact.timestamp <= until or (not report.taken_back and isinstance(fact, MessageReceived))
    ]


def _written(history: Sequence[Fact], after: int) -> tuple[Written, ...]:
    return tuple(
        Written(
            message_id=fact.message_id,
            mine=isinstance(fact, MessageReceived),
            language=fact.language if isinstance(fact, MessageSent) else None,
            template=fact.template if isinstance(fact, MessageSent) else None,
            body=None if isinstance(fact.body, Erased) else fact.body,
            at=fact.timestamp,
        )
        for fact in history
        if isinstance(fact, MessageSent | MessageReceived) and fact.envelope.position > after
    )
