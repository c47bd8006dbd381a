"""Everything that can have happened to the counts."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints

from domain.base import Fact, FirstFact

UNATTRIBUTED = "unattributed"
"""The store or service of a count that its source does not split."""

Part = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
"""A store or a service, in lower-case ASCII."""


class Balance(StrEnum):
    """What an opening balance counts."""

    DOWNLOADS = "downloads"
    USAGE = "usage"


class Reported(FirstFact):
    TOPIC: ClassVar[str] = "downloads.reported"

    store: Part
    day: date
    """In Asia/Seoul."""
    count: int = Field(ge=0)


class Corrected(Fact):
    """The store has restated a day; ``count`` replaces what was reported."""

    TOPIC: ClassVar[str] = "downloads.corrected"

    store: Part
    day: date
    count: int = Field(ge=0)
    reason: str


class BookOpened(FirstFact):
    """A book of opening balances was begun; it holds nothing yet."""

    TOPIC: ClassVar[str] = "ledger.book_opened"

    kind: Balance


class DownloadsOpened(Fact):
    """Downloads of a period before this system; ``since`` None means from the beginning."""

    TOPIC: ClassVar[str] = "downloads.opened"

    store: Part
    since: date | None
    until: date
    count: int = Field(ge=0)
    source: str


class UsageOpened(Fact):
    """Uses of a period before this system; ``since`` None means from the beginning."""

    TOPIC: ClassVar[str] = "usage.opened"

    service: Part
    since: date | None
    until: date
    count: int = Field(ge=0)
    source: str


class CountedFrom(Fact):
    """Daily counts exist from ``day`` on; no opening balance may reach it any more."""

    TOPIC: ClassVar[str] = "downloads.counted_from"

    day: date
