"""What the desks that answer questions ask of the read models."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from pydantic import BaseModel

from domain.geography import DistrictCode


class QueueView(Protocol):
    """Rows hold no personal data; ``audience`` names the districts that may see them."""

    def position(self) -> int:
        """How far the fold is; rows read afterwards are at least that new."""
        ...

    def rows(
        self,
        districts: frozenset[DistrictCode] | None,
        as_of: int | None,
        moment: datetime | None = None,
    ) -> Sequence[BaseModel]: ...


class ReportView(Protocol):
    def get(self, report_id: UUID, as_of: int | None) -> BaseModel | None: ...


class HistoryView(Protocol):
    def of(self, report_id: UUID, until: int | None) -> Sequence[BaseModel]: ...


class StatisticsView(Protocol):
    """``as_of``: as the log knew it at that position, for the days on which it happened."""

    def downloads(self, as_of: int | None) -> Mapping[str, Any]: ...

    def usage(self, as_of: int | None) -> Mapping[str, Any]: ...


class Folds(Protocol):
    def wait(self, fold: str, position: int, timeout_s: float) -> None:
        """Return once ``fold`` has folded ``position``.

        Raises:
            FoldBehind: it had not in time.
        """
        ...
