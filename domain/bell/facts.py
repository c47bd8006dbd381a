"""Everything that can have happened to an emergency bell, its presses apart."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime

from domain.base import Fact, FirstFact
from domain.bell.place import BellPlace


class Installed(FirstFact):
    """A bell stands in the street; its presses ring in the district of its place."""

    TOPIC: ClassVar[str] = "bell.installed"

    bell_no: str
    """The number on its post: what it calls itself."""
    place: BellPlace
    line: str | None
    """Under which its loudspeaker is called; None where it has none."""


class Moved(Fact):
    """It stands elsewhere, or its address is another."""

    TOPIC: ClassVar[str] = "bell.moved"

    place: BellPlace


class LineChanged(Fact):
    """Its loudspeaker is called under another number, or under none."""

    TOPIC: ClassVar[str] = "bell.line_changed"

    line: str | None


class Retired(Fact):
    """It was taken down; should it be heard all the same, that is an alarm, and flagged."""

    TOPIC: ClassVar[str] = "bell.retired"


class Reinstated(Fact):
    """It stands again after it was taken down."""

    TOPIC: ClassVar[str] = "bell.reinstated"

    place: BellPlace
    line: str | None


class FellSilent(Fact):
    """Nothing was heard of it for ``silent_s``: it is on the maintenance list."""

    TOPIC: ClassVar[str] = "bell.fell_silent"

    last_heard_at: AwareDatetime
    """When it was installed, where nothing was ever heard of it."""
    silent_s: float


class HeardAgain(Fact):
    """A bell that had fallen silent was heard."""

    TOPIC: ClassVar[str] = "bell.heard_again"

    heard_at: AwareDatetime


class SeemedStuck(Fact):
    """It was pressed so often that its button may be stuck; its presses ring as before."""

    TOPIC: ClassVar[str] = "bell.seemed_stuck"

    report_id: UUID
    presses: int
    within_s: float


class Repaired(Fact):
    """Somebody of the district says that it was repaired: it leaves the maintenance list."""

    TOPIC: ClassVar[str] = "bell.repaired"

    repaired_by: UUID
