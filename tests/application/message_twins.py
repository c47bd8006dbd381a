"""What stands beside the log for messages, in memory."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from application.message_pace import next_free
from application.message_pieces import KnownPieces
from application.text_routes import Fate, ReceiptOfPiece
from domain.message_routing import MessageRoute


class MemoryPace:
    """As ``Pace`` has it."""

    def __init__(self) -> None:
        self._free_at: dict[str, datetime] = {}

    def take(self, line: str, *, at: datetime, every: timedelta, at_once: int) -> timedelta | None:
        free_at, wait = next_free(self._free_at.get(line), at=at, every=every, at_once=at_once)
        if wait is None:
            self._free_at[line] = free_at
        return wait


@dataclass(frozen=True)
class _Piece:
    at: datetime
    message_id: UUID | None = None
    mark: int | None = None
    fate: Fate | None = None


class MemoryPieces:
    """As ``MessagePieces`` has it."""

    def __init__(self) -> None:
        self._pieces: dict[tuple[MessageRoute, str], _Piece] = {}

    def expect(
        self, route: MessageRoute, references: Collection[str], message_id: UUID, *, at: datetime
    ) -> KnownPieces:
        for reference in references:
            known = self._pieces.get((route, reference), _Piece(at))
            self._pieces[route, reference] = replace(known, message_id=message_id)
        return self._known(route, message_id)

    def told(
        self, route: MessageRoute, receipt: ReceiptOfPiece, *, at: datetime
    ) -> KnownPieces | None:
        place = (route, receipt.reference)
        known = self._pieces.get(place, _Piece(at))
        better = known.fate is None or receipt.fate is Fate.DELIVERED
        known = replace(
            known,
            mark=known.mark if known.mark is not None else receipt.mark,
            fate=receipt.fate if better else known.fate,
        )
        self._pieces[place] = known
        return None if known.message_id is None else self._known(route, known.message_id)

    def taken(self, route: MessageRoute, reference: str, mark: int, *, at: datetime) -> None:
        self._pieces.setdefault((route, reference), _Piece(at, mark=mark))

    def evidence(
        self, route: MessageRoute, message_id: UUID, mark: int, *, since: datetime
    ) -> list[str]:
        found = [
            (one.at, reference)
            for (by, reference), one in self._pieces.items()
            if by is route
            and (
                one.message_id == message_id
                or (one.message_id is None and one.mark == mark and one.at >= since)
            )
        ]
        return [reference for _, reference in sorted(found)]

    def _known(self, route: MessageRoute, message_id: UUID) -> KnownPieces:
        fates = {
            reference: one.fate
            for (by, reference), one in self._pieces.items()
            if by is route and one.message_id == message_id
        }
        return KnownPieces(message_id=message_id, fates=fates)
