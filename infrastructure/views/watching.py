"""What stood on the screens, as it is and as it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from infrastructure.engine import selection
from projections.operator_views import OperatorViews

if TYPE_CHECKING:
    from infrastructure.database import Database
    from projections.operator_views import WatchedRow

FOLD = OperatorViews()


class WatchingView:
    def __init__(self, database: Database) -> None:
        self._database = database

    def rows(self, as_of: int | None = None) -> list[WatchedRow]:
        """Every report that somebody has open, or whose cameras matter still.

        Raises:
            FoldBehind: the fold has not come to ``as_of``.
        """
        with self._database.sqlalchemy.connect() as connection:
            return selection.read(connection, FOLD, as_of)
