"""One night on one board: the reports and the sessions of all services, most urgent first."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Final, Protocol
from uuid import UUID

from pydantic import AwareDatetime, Field

from application.context import Context
from application.read_models import Folds
from application.reading_desk import FOLD_WAIT_S, QUEUE, ReadingDesk
from domain.base import Value
from domain.geography import DistrictCode

BOARD: Final = "service_board"


class BoardEntry(Value):
    """One line of the board; nothing personal stands in it."""

    kind: str
    id: UUID
    district: DistrictCode
    stage: str
    urgency: int
    """See ``projections.board.BoardUrgency``."""
    attention: str | None = None
    since: AwareDatetime
    """From when on it has been as urgent as it is."""
    due_at: AwareDatetime | None = None
    holder: UUID | None = None
    detail: dict[str, str] = Field(default_factory=dict)
    last_position: int
    """Of the newest fact: what a screen has seen."""


class BoardView(Protocol):
    """``districts`` are those of which one must know of a line; None: any."""

    def reports(self, districts: frozenset[DistrictCode] | None) -> Sequence[BoardEntry]:
        """Open reports."""
        ...

    def sessions(self, districts: frozenset[DistrictCode] | None) -> Sequence[BoardEntry]:
        """Sessions of the other services that are not over."""
        ...


class BoardDesk:
    """Answers from the read models, within the asker's rights."""

    def __init__(self, *, reading: ReadingDesk, board: BoardView, folds: Folds) -> None:
        self._reading = reading
        self._board = board
        self._folds = folds

    def entries(
        self,
        context: Context,
        *,
        kinds: Collection[str] = (),
        district: DistrictCode | None = None,
        after: int | None = None,
    ) -> list[BoardEntry]:
        """What is open in the districts that the asker sees.

        Args:
            context: who asks.
            kinds: only these; none: all.
            district: only this one.
            after: a position that must have been folded; see ``Receipt.position``.

        Raises:
            Forbidden: the asker sees no queue, or not this district's.
            FoldBehind: the folds have not come to ``after`` in time.
        """
        scope = self._reading.queue_scope(context, district)
        for fold in (QUEUE, BOARD) if after is not None else ():
            self._folds.wait(fold, after or 0, FOLD_WAIT_S)
        found = (*self._board.reports(scope), *self._board.sessions(scope))
        wanted = [one for one in found if not kinds or one.kind in kinds]
        return sorted(wanted, key=lambda one: (-one.urgency, one.since, one.id))
