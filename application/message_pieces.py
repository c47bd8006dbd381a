"""Which provider's reference stands for which message, and what is known of its pieces.

Beside the log: an SMPP provider names a message by its own reference only, may tell of it before it
has answered, twice, or after our process died. What came first waits here for what comes second.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from application.text_routes import Fate, ReceiptOfPiece
from domain.base import Value
from domain.message_routing import MessageRoute


class KnownPieces(Value):
    """All pieces of one message by one route, and their fates as far as they are told."""

    message_id: UUID
    fates: Mapping[str, Fate | None]


class MessagePieces(Protocol):
    """All moments are handed in."""

    def expect(
        self, route: MessageRoute, references: Collection[str], message_id: UUID, *, at: datetime
    ) -> KnownPieces:
        """These references are this message's; returns what is told of them already."""
        ...

    def told(
        self, route: MessageRoute, receipt: ReceiptOfPiece, *, at: datetime
    ) -> KnownPieces | None:
        """Keep a receipt, once; None while nobody knows whose it is."""
        ...

    def taken(self, route: MessageRoute, reference: str, mark: int, *, at: datetime) -> None:
        """An answer came too late: a message with this mark was taken."""
        ...

    def evidence(
        self, route: MessageRoute, message_id: UUID, mark: int, *, since: datetime
    ) -> Sequence[str]:
        """References that show that the message was taken: its own, or nobody's with its mark."""
        ...


def verdict(known: KnownPieces) -> Fate | None:
    """What became of the whole: it is there when every piece is; None while one is under way."""
    fates = known.fates.values()
    failed = [fate for fate in fates if fate not in {None, Fate.DELIVERED}]
    if failed:
        return failed[0]
    return Fate.DELIVERED if fates and None not in fates else None
