"""What clips need from outside: rows that decide, a store of sealed bytes, seals, an inspector."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from pydantic import AwareDatetime

from domain.base import Value
from domain.emergency.filming import Footage, VideoRefusal
from domain.policy import Policy


class UploadState(StrEnum):
    RECEIVING = "receiving"
    PENDING = "pending"
    LEASED = "leased"
    DONE = "done"
    """Taken or refused."""
    DEAD = "dead"
    """Could not be checked, however often it was tried; its pieces are kept."""


class Upload(Value):
    """A clip on its way; ``key_id`` was made when it began, so an erased one gets no new key."""

    clip_id: UUID
    report_id: UUID
    device_id: UUID | None
    key_id: UUID
    size_bytes: int
    received_bytes: int = 0
    pieces: int = 0
    state: UploadState = UploadState.RECEIVING
    occurred_at: AwareDatetime | None = None
    correlation_id: UUID
    attempt: int = 0
    """Of checking; counts from 1, and fences out whoever held it before."""
    addresses: tuple[str, ...] = ()
    """Under which its whole may lie in the store."""

    @property
    def is_whole(self) -> bool:
        return self.received_bytes == self.size_bytes


class Piece(Value):
    """Some bytes of an upload; ``name`` is drawn anew for each, so two never overwrite another."""

    name: UUID
    number: int
    """From 0."""
    offset: int
    size_bytes: int


class UploadBook(Protocol):
    """Which uploads there are, how far each is, and who checks it. All moments are the database's.

    Every change states what it expects, so a late one changes nothing and is told so.
    """

    def begin(self, upload: Upload, *, reports_max: int) -> bool:
        """Keep a new upload; False when it is known, or the report has ``reports_max`` of them."""
        ...

    def find(self, clip_id: UUID) -> Upload | None: ...

    def add(self, clip_id: UUID, piece: Piece) -> bool:
        """Let the upload grow by a piece that the store has; whole, it waits to be checked.

        False when it has grown meanwhile, or takes nothing any more.
        """
        ...

    def pieces(self, clip_id: UUID) -> Sequence[Piece]:
        """In order."""
        ...

    def silent(self, *, for_s: float) -> Sequence[Upload]:
        """Uploads of which nothing has come for so long."""
        ...

    def give_up(self, clip_id: UUID) -> bool:
        """Take nothing more of an upload that is not whole; False when it is, or is closed."""
        ...

    def claim(self, clip_id: UUID) -> Upload | None:
        """Take one that was handed to the queue; of several claims one succeeds."""
        ...

    def will_keep(self, claimed: Upload, address: str) -> bool:
        """Remember an address before anything lies there; False when the claim had run out."""
        ...

    def done(self, claimed: Upload) -> bool: ...

    def again(self, claimed: Upload, *, error: str, wait: timedelta) -> bool: ...

    def dead(self, claimed: Upload, *, error: str) -> bool: ...

    def dead_letters(self) -> Sequence[Upload]: ...

    def replay(self, clip_id: UUID) -> bool:
        """Have a dead one checked anew; False when it is not dead."""
        ...


class ClipStore(Protocol):
    """Sealed bytes: pieces of uploads by name, whole clips by the SHA-256 of what is stored.

    Whatever is put is durable when the call returns, and whole or not there at all. Nothing in
    it can be read without a key.

    Raises (every method):
        ClipStoreUnavailable: it cannot be reached, or is full; ask again.
    """

    @property
    def name(self) -> str:
        """Its address, without secrets."""
        ...

    def put_piece(self, clip_id: UUID, name: UUID, sealed: bytes) -> None: ...

    def piece(self, clip_id: UUID, name: UUID) -> bytes:
        """Raises ``ClipLost`` where there is none."""
        ...

    def drop_piece(self, clip_id: UUID, name: UUID) -> None: ...

    def drop_pieces(self, clip_id: UUID) -> None:
        """All of an upload, also those that no row knows."""
        ...

    def has_pieces(self, clip_id: UUID) -> bool: ...

    def keep(self, sealed: bytes) -> str:
        """Keep a whole clip; returns its address. The same twice is there once."""
        ...

    def holds(self, address: str) -> bool: ...

    def read(self, address: str, start: int, length: int) -> bytes:
        """Bytes from ``start`` on; fewer at the end. Raises ``ClipLost`` where there is none."""
        ...

    def remove(self, address: str) -> None:
        """What is not there is removed."""
        ...


class ClipSeals(Protocol):
    """Seals clips under the key of their report's clips; opens them while it lives.

    Raises (every method):
        KeyRingUnavailable: the key ring cannot be read at all.
    """

    def key_of(self, report_id: UUID) -> UUID:
        """Id of the living key of the report's clips, made at the first call."""
        ...

    def seal_piece(self, upload: Upload, piece: Piece, clear: bytes) -> bytes | None:
        """None when the key is destroyed; also for the others."""
        ...

    def open_piece(self, upload: Upload, piece: Piece, sealed: bytes) -> bytes | None: ...

    def seal(self, upload: Upload, clear: bytes) -> bytes | None:
        """The whole clip as the store shall have it."""
        ...

    def opened(  # noqa: PLR0913
        self,
        read: Callable[[int, int], bytes],
        *,
        report_id: UUID,
        clip_id: UUID,
        size_bytes: int,
        start: int,
        stop: int,
    ) -> Iterator[bytes] | None:
        """The clear bytes from ``start`` to before ``stop``, in blocks.

        Args:
            read: sealed bytes of the clip, from a place on, so many.
            report_id: whose clip it is.
            clip_id: which.
            size_bytes: of the clear clip.
            start: of the range, from 0.
            stop: behind the range.

        Raises:
            ClipAltered: it is not what was sealed: changed, cut, or another clip's.
        """
        ...


class Inspector(Protocol):
    def inspect(self, clear: bytes, policy: Policy) -> Footage | VideoRefusal:
        """Look at a clip that may be anything, within limits of room, work and time.

        Raises:
            InspectionFailed: it could not be looked at; nothing is known of it.
            InspectionTooSlow: it was not done in time.
        """
        ...
