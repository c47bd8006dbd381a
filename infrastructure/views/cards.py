"""What whoever helps a citizen must know of her, as it is and as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infrastructure.engine import selection
from projections.reporter_cards import CardRow, ReporterCards

if TYPE_CHECKING:
    from uuid import UUID

    from infrastructure.database import Database

FOLD = ReporterCards()


class CardView:
    def __init__(self, database: Database) -> None:
        self._database = database

    def get(self, citizen_id: UUID, as_of: int | None = None) -> CardRow | None:
        """The member's card now, or once ``as_of`` was folded; None for who is no member.

        Raises:
            FoldBehind: the fold has not come to ``as_of``.
        """
        with self._database.sqlalchemy.connect() as connection:
            rows = selection.read(
                connection, FOLD, as_of, lambda table: table.c.citizen_id == citizen_id
            )
        return rows[0] if rows else None
