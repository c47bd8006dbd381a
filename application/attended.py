"""Walks that somebody is to watch, whatever service they are of, and who is there to watch them."""

from __future__ import annotations

from collections.abc import Container
from datetime import datetime
from typing import Protocol
from uuid import UUID

from application.consoles import Presence
from domain.geography import CITY, DistrictCode


class OpenWalk(Protocol):
    """A line of the board, as far as presence matters. It may be a moment behind."""

    @property
    def session_id(self) -> UUID: ...
    @property
    def district(self) -> DistrictCode: ...
    @property
    def holder(self) -> UUID | None: ...


class AtConsoles:
    """Who sits at the consoles at one moment. Operators of a centre are asked for once.

    A supervisor may step in, and so may the city; that is asked only of who is no operator.
    """

    def __init__(self, presence: Presence, at: datetime) -> None:
        self._presence = presence
        self._at = at
        self._operators: dict[DistrictCode, Container[UUID]] = {}

    def attend(self, walk: OpenWalk) -> bool:
        """Whether somebody watches it who is there."""
        return walk.holder is not None and self.have(walk.holder, walk.district)

    def have(self, who: UUID, district: DistrictCode) -> bool:
        """Whether she is there, and may watch walks of this district."""
        return (
            who in self._answering(district)
            or self._presence.supervises(who, district, self._at)
            or who in self._answering(CITY)
        )

    def _answering(self, district: DistrictCode) -> Container[UUID]:
        if district not in self._operators:
            self._operators[district] = self._presence.operators(district, self._at)
        return self._operators[district]
