"""Whose receipts are whose: rows of ids and codes, kept as long as deliveries are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from application.message_pieces import KnownPieces
from application.text_routes import Fate
from infrastructure.away import told_when_away

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime
    from uuid import UUID

    from application.text_routes import ReceiptOfPiece
    from domain.message_routing import MessageRoute
    from infrastructure.database import Connection, Database

EXPECT: Final = b"""
INSERT INTO message_pieces AS p (route, reference, message_id, at) VALUES (%s, %s, %s, %s)
ON CONFLICT (route, reference) DO UPDATE SET message_id = excluded.message_id
"""
TOLD: Final = b"""
INSERT INTO message_pieces AS p (route, reference, mark, fate, at)
VALUES (%(route)s, %(reference)s, %(mark)s, %(fate)s, %(at)s)
ON CONFLICT (route, reference) DO UPDATE SET
    mark = coalesce(p.mark, excluded.mark),
    fate = CASE WHEN p.fate IS NULL OR excluded.fate = 'delivered' THEN excluded.fate
                ELSE p.fate END
RETURNING message_id
"""
TAKEN: Final = b"""
INSERT INTO message_pieces (route, reference, mark, at) VALUES (%s, %s, %s, %s)
ON CONFLICT DO NOTHING
"""
KNOWN: Final = b"SELECT reference, fate FROM message_pieces WHERE message_id = %s AND route = %s"
EVIDENCE: Final = b"""
SELECT reference FROM message_pieces
WHERE route = %s AND (message_id = %s OR (message_id IS NULL AND mark = %s AND at >= %s))
ORDER BY at, reference
"""


class PostgresPieces:
    """See ``application.message_pieces.MessagePieces``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def expect(
        self, route: MessageRoute, references: Collection[str], message_id: UUID, *, at: datetime
    ) -> KnownPieces:
        with (
            told_when_away(),
            self._database.connection() as connection,
            connection.transaction(),
        ):
            for reference in references:
                connection.execute(EXPECT, (route, reference, message_id, at))
            return _known(connection, route, message_id)

    def told(
        self, route: MessageRoute, receipt: ReceiptOfPiece, *, at: datetime
    ) -> KnownPieces | None:
        values = {
            "route": route,
            "reference": receipt.reference,
            "mark": receipt.mark,
            "fate": receipt.fate,
            "at": at,
        }
        with told_when_away(), self._database.connection() as connection:
            row = connection.execute(TOLD, values).fetchone()
            if row is None or row[0] is None:
                return None
            return _known(connection, route, row[0])

    def taken(self, route: MessageRoute, reference: str, mark: int, *, at: datetime) -> None:
        with told_when_away(), self._database.connection() as connection:
            connection.execute(TAKEN, (route, reference, mark, at))

    def evidence(
        self, route: MessageRoute, message_id: UUID, mark: int, *, since: datetime
    ) -> list[str]:
        with told_when_away(), self._database.connection() as connection:
            rows = connection.execute(EVIDENCE, (route, message_id, mark, since)).fetchall()
        return [row[0] for row in rows]


def _known(connection: Connection, route: MessageRoute, message_id: UUID) -> KnownPieces:
    rows = connection.execute(KNOWN, (message_id, route)).fetchall()
    fates = {reference: Fate(fate) if fate else None for reference, fate in rows}
    return KnownPieces(message_id=message_id, fates=fates)
