"""What the smart lights do for one report or session, from the first command to the last.

Which lamps they are stands in no fact: it would tell where she is to a few metres. How many, for
how long and why, does.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import ClassVar, Self
from uuid import UUID, uuid5

from pydantic import AwareDatetime

from domain.base import Aggregate, Fact, FirstFact, applies


class LightMode(StrEnum):
    """What a lamp is told to do."""

    BLINK = "blink"
    BRIGHTEN = "brighten"


class Began(FirstFact):
    """Lights are commanded for a report or a session for the first time."""

    TOPIC: ClassVar[str] = "lights.began"

    session_id: UUID


class Commanded(Fact):
    """The lights' network took a command; should nothing more come, it ends at ``until``."""

    TOPIC: ClassVar[str] = "lights.commanded"

    mode: LightMode
    lamps: int
    radius_m: float
    """How far around her, or beside her way."""
    until: AwareDatetime
    delivery_id: UUID


class Restored(Fact):
    """The lights are as they were, those excepted that somebody else still needs."""

    TOPIC: ClassVar[str] = "lights.restored"

    lamps: int
    kept: int
    """Lamps of those that go on for others."""
    delivery_id: UUID


class Unreachable(Fact):
    """A command was given up; what was commanded before ends by itself."""

    TOPIC: ClassVar[str] = "lights.unreachable"

    delivery_id: UUID
    code: str


class LightUse(Aggregate):
    """Knows whether lamps are lit for a session, and how many."""

    TOPIC = "lights"

    session_id: UUID
    mode: LightMode | None
    """None while none is commanded."""
    lamps: int
    until: datetime
    """When the last command ends by itself."""
    unreachable: frozenset[UUID]

    @staticmethod
    def create_id(session_id: UUID) -> UUID:
        return uuid5(session_id, "lights")

    @classmethod
    def begin_for(cls, session_id: UUID, *, at: datetime) -> Self:
        return cls.begin(Began, id=cls.create_id(session_id), at=at, session_id=session_id)

    def commanded(  # noqa: PLR0913 (a command says what, how many, where, how long and why)
        self,
        mode: LightMode,
        *,
        lamps: int,
        radius_m: float,
        until: datetime,
        delivery_id: UUID,
        at: datetime,
    ) -> None:
        """Keep that the network took a command."""
        self.record(
            Commanded,
            at=at,
            mode=mode,
            lamps=lamps,
            radius_m=radius_m,
            until=until,
            delivery_id=delivery_id,
        )

    def restored(self, *, lamps: int, kept: int, delivery_id: UUID, at: datetime) -> None:
        """Keep that they are as they were; where none is lit: nothing."""
        if self.mode is not None:
            self.record(Restored, at=at, lamps=lamps, kept=kept, delivery_id=delivery_id)

    def gave_up(self, *, delivery_id: UUID, code: str, at: datetime) -> None:
        """Keep that a command never got there; twice is once."""
        if delivery_id not in self.unreachable:
            self.record(Unreachable, at=at, delivery_id=delivery_id, code=code)

    @applies(Began)
    def _began(self, fact: Began) -> None:
        self.session_id = fact.session_id
        self.mode = None
        self.lamps = 0
        self.until = fact.timestamp
        self.unreachable = frozenset()

    @applies(Commanded)
    def _commanded(self, fact: Commanded) -> None:
        self.mode = fact.mode
        self.lamps = fact.lamps
        self.until = fact.until

    @applies(Restored)
    def _restored(self, _fact: Restored) -> None:
        self.mode = None
        self.lamps = 0

    @applies(Unreachable)
    def _unreachable(self, fact: Unreachable) -> None:
        self.unreachable = self.unreachable | {fact.delivery_id}
