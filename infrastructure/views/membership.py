"""How many members there are, of which kind: as it is known now, or once was."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from domain.base import Fact
from infrastructure.engine import selection
from infrastructure.engine.tables import tables_of
from infrastructure.log.scope import Scope
from projections.members import (
    JoinedByDay,
    LeftByDay,
    MemberGroup,
    MemberRow,
    Members,
    MembersByGroup,
    MembersDay,
    added,
    figures,
)

if TYPE_CHECKING:
    from infrastructure.database import Database
    from infrastructure.engine.engine import FactReader
    from projections.fold import Key

MEMBERS = Members()


class MembershipView:
    """See ``application.membership_figures.MembershipView``; the past is folded from the log."""

    def __init__(self, database: Database, reader: FactReader) -> None:
        self._database = database
        self._reader = reader

    def members(self, as_of: int | None) -> dict[str, Any]:
        if as_of is not None:
            rows = self._folded(as_of)
            totals = [added(one(), rows) for one in (MembersByGroup, JoinedByDay, LeftByDay)]
            return figures(*totals).model_dump(mode="json")
        groups, joined, left = tables_of(MEMBERS).totals
        with self._database.sqlalchemy.connect() as connection:
            return figures(
                selection.decoded(connection, MemberGroup, groups.select()),
                selection.decoded(connection, MembersDay, joined.select()),
                selection.decoded(connection, MembersDay, left.select()),
            ).model_dump(mode="json")

    def _folded(self, as_of: int) -> list[MemberRow]:
        rows: dict[Key, MemberRow] = {}
        for fact in self._reader.page(0, as_of, Scope.of(MEMBERS)):
            if not isinstance(fact, Fact):
                continue
            for key in MEMBERS.keys(fact):
                row = MEMBERS.evolve(rows.pop(key, None), fact)
                if row is not None:
                    rows[key] = row
        return list(rows.values())
