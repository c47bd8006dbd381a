"""The PIN that a citizen's cancel asks for, and the one that only seems to cancel.

Of both only a slow hash is kept, sealed, and always of both: nobody who reads the log can tell
whether she has set a duress PIN. Whatever is changed with the duress PIN is changed for the one who
forces her: it becomes the duress PIN, and what she had set herself stands.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, ClassVar
from uuid import UUID

from domain.base import ERASED, Aggregate, DomainError, Erased, Fact, Personal, applies
from domain.policy import Policy


class PinSet(Fact):
    TOPIC: ClassVar[str] = "member.pin_set"

    citizen_id: UUID
    pin_hash: Annotated[str | Erased, Personal("citizen_id")] = ERASED
    duress_hash: Annotated[str | Erased, Personal("citizen_id")] = ERASED
    """Of something that nobody knows, where she has set none."""
    shown: Annotated[bool | Erased, Personal("citizen_id")] = ERASED
    """Whether the phone is told that there is a PIN."""


class PinCleared(Fact):
    """Cancels ask for no PIN any more."""

    TOPIC: ClassVar[str] = "member.pin_cleared"

    citizen_id: UUID


class PinMistaken(Fact):
    """The PIN was to be changed, with a wrong one."""

    TOPIC: ClassVar[str] = "member.pin_mistaken"

    citizen_id: UUID


class PinsAlike(DomainError):
    """One PIN cannot be both."""

    code: ClassVar[str] = "member.pins_alike"


class PinWrong(DomainError):
    """The PIN is changed with the PIN that stands, and this is another."""

    code: ClassVar[str] = "member.pin_wrong"


class PinLocked(DomainError):
    """Too many wrong ones a short time ago; not even the right one counts now."""

    code: ClassVar[str] = "member.pin_locked"


@dataclass(frozen=True, slots=True)
class Hashes:
    """What is compared with what was given; both, always."""

    pin: str
    duress: str


class PinHolder(Aggregate):
    """What a member remembers of her PINs."""

    hashes: Hashes | None = None
    pin_shown: bool = False
    mistaken_at: tuple[datetime, ...] = ()
    """Since the PIN was changed last."""

    def set_pin(self, hashes: Hashes, *, at: datetime) -> None:
        """Ask for this PIN at each cancel from now on."""
        self._keep(hashes, shown=True, at=at)

    def clear_pin(self, *, at: datetime) -> None:
        """Ask for none; twice is once."""
        if self.hashes is not None:
            self.record(PinCleared, at=at, citizen_id=self.id)

    def pretend_change(self, duress_hash: str, *, shown: bool, at: datetime) -> None:
        """Let what was set, or cleared, under duress be the duress PIN.

        Args:
            duress_hash: of the PIN that she was made to set; of the empty one, when she was made to
                clear it: then a cancel without a PIN is the one that only seems to be.
            shown: whether the phone is to believe that there is a PIN.
            at: the moment.
        """
        if self.hashes is not None:
            self._keep(Hashes(self.hashes.pin, duress_hash), shown=shown, at=at)

    def mistake_pin(self, *, at: datetime) -> None:
        """The PIN was to be changed with a wrong one: kept, so that guessing has an end."""
        self.record(PinMistaken, at=at, citizen_id=self.id)

    def must_take_tries(self, *, at: datetime, policy: Policy) -> None:
        """Raises PinLocked: too many wrong PINs within the time in which they count."""
        since = at - timedelta(seconds=policy.pin_tries_within_s)
        if sum(one > since for one in self.mistaken_at) >= policy.pin_tries_max:
            raise PinLocked(str(self.id))

    def _keep(self, hashes: Hashes, *, shown: bool, at: datetime) -> None:
        self.record(
            PinSet,
            at=at,
            citizen_id=self.id,
            pin_hash=hashes.pin,
            duress_hash=hashes.duress,
            shown=shown,
        )

    @applies(PinSet)
    def _pin_set(self, fact: PinSet) -> None:
        self.mistaken_at = ()
        if isinstance(fact.pin_hash, str) and isinstance(fact.duress_hash, str):
            self.hashes = Hashes(fact.pin_hash, fact.duress_hash)
            self.pin_shown = fact.shown is True
        else:
            self.hashes = None
            self.pin_shown = False

    @applies(PinCleared)
    def _pin_cleared(self, _fact: PinCleared) -> None:
        self.hashes = None
        self.pin_shown = False
        self.mistaken_at = ()

    @applies(PinMistaken)
    def _pin_mistaken(self, fact: PinMistaken) -> None:
        self.mistaken_at = (*self.mistaken_at, fact.timestamp)
