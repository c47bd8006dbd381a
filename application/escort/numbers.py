"""Where scouts can be reached by messages."""

from __future__ import annotations

from application.safe_return import SafeReturn
from application.ways import Numbers
from domain.base import Erased
from domain.message import Message, RecipientKind
from domain.scout import Scout


def numbers_of_scouts(app: SafeReturn) -> Numbers:
    """Of those in service; who has left is not written to."""

    def scout(message: Message) -> str | None:
        found = app.find(Scout, message.recipient.recipient_id)
        if found is None or found.left or isinstance(found.phone, Erased):
            return None
        return found.phone

    return {RecipientKind.SCOUT: scout}
