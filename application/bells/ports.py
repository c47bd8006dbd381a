"""What bells need from outside: their signs of life beside the log, and what a fold knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, Protocol
from uuid import UUID

from pydantic import AwareDatetime

from domain.base import Value
from domain.bell import BellPlace


class Sign(Value):
    """The newest word of a bell: a heartbeat, or a press."""

    bell_id: UUID
    bell_no: str
    heard_at: AwareDatetime
    """By our clock."""
    battery_pct: int | None
    """None when it said none: what was said before stands."""


class KnownBell(Value):
    """A bell as the log had it when it was asked."""

    bell_id: UUID
    bell_no: str
    place: BellPlace
    line: str | None
    retired: bool


class Silence(Value):
    """A bell that may have fallen silent, or may be heard again."""

    bell_id: UUID
    last_heard_at: AwareDatetime | None


class Hearing(Value):
    """What a look at all bells found."""

    listened_to: int
    """Bells that stand and are not known to be silent."""
    overdue: tuple[Silence, ...]
    """Of these, those that have said nothing for too long."""
    overdue_in_all: int
    heard_again: tuple[Silence, ...]
    """Silent ones that have said something since."""


class Arrived(NamedTuple):
    """One message over MQTT that waits for its acknowledgement."""

    topic: str
    payload: bytes
    mid: int
    connection: int
    """On which connection it came: on another one its number means another message."""


class Listener(Protocol):
    """One session at the broker: it and what it was not told of outlive the connection."""

    def start(self) -> None: ...

    def close(self) -> None: ...

    @property
    def is_met(self) -> bool:
        """Whether the broker is there now."""
        ...

    def take(self, most: int, *, wait_s: float) -> Sequence[Arrived]:
        """Up to ``most`` messages in the order in which they came; none when none comes in time."""
        ...

    def done(self, arrived: Arrived) -> None:
        """Acknowledge it: from now on it does not come again."""
        ...

    def answer(self, topic: str, payload: bytes) -> None:
        """Publish at QoS 1, without waiting."""
        ...


class BellSigns(Protocol):
    """Kept beside the log: the newest of each bell, known or not."""

    def keep(self, signs: Sequence[Sign]) -> None:
        """Keep several at once; an older one than the one that is kept changes nothing.

        Raises:
            LogUnavailable: none is kept; say it again.
        """
        ...

    def of(self, bell_id: UUID) -> Sign | None: ...


class BellRegister(Protocol):
    """What is known of the bells; decisions are the bells' own."""

    def known(self) -> Mapping[UUID, KnownBell]:
        """Every bell that ever stood, as the log has it now, however far a fold has come.

        Raises:
            LogUnavailable: the database cannot be asked.
        """
        ...

    def hearing(self, silent_before: datetime, limit: int) -> Hearing:
        """Which bells have said nothing since then, and which silent ones have.

        ``overdue`` and ``heard_again`` hold ``limit`` at most; the rest is found by the next look.
        """
        ...
