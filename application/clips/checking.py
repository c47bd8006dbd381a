"""One attempt at checking a clip: look at it under limits, keep it sealed, and say what came of it.

Killed anywhere, it is attempted again: the row's lease runs out, and every step may be repeated.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any
from uuid import UUID

from application.clips.errors import ClipLost, InspectionFailed, InspectionTooSlow
from application.clips.ports import ClipSeals, ClipStore, Inspector, Upload, UploadBook
from application.context import Context, system
from application.delivery_book import Patience
from application.desk import Desk, allow
from application.errors import ApplicationError, Unknown
from application.safe_return import Receipt
from domain.base import Value
from domain.emergency import Emergency
from domain.emergency.filming import Clip, Footage, Kept, VideoRefusal
from domain.policy import Policy
from domain.roles import Role


class CheckOutcome(StrEnum):
    TAKEN = "taken"
    REFUSED = "refused"
    FORGOTTEN = "forgotten"
    """Its key was destroyed meanwhile: nothing can be looked at, and nothing is told."""
    AGAIN = "again"
    DEAD = "dead"
    IDLE = "idle"
    """Nothing to do: done before, or held by another worker."""


class Check(Value):
    """``code`` says why it was refused, or did not succeed."""

    outcome: CheckOutcome
    number: int = 0
    correlation_id: UUID | None = None
    code: str | None = None


class _Fenced(Exception):
    """The claim had run out: another worker has it."""


class ClipChecking(Desk):
    """Checks clips that are whole. ``chance`` gives numbers evenly from 0 to 1."""

    def __init__(  # noqa: PLR0913
        self,
        *desk: Any,
        book: UploadBook,
        store: ClipStore,
        seals: ClipSeals,
        inspector: Inspector,
        policy: Policy,
        chance: Callable[[], float],
        patience: Patience,
    ) -> None:
        super().__init__(*desk)
        self._book = book
        self._store = store
        self._seals = seals
        self._inspector = inspector
        self._policy = policy
        self._chance = chance
        self._patience = patience

    def attempt(self, clip_id: UUID) -> Check:
        """Try once.

        Raises:
            LogUnavailable: nothing could be recorded; the claim runs out and it is tried again.
            Exception: a defect, after the row has been told of it.
        """
        claimed = self._book.claim(clip_id)
        if claimed is None:
            return Check(outcome=CheckOutcome.IDLE)
        context = system("work", correlation_id=claimed.correlation_id)
        try:
            found = self._checked(claimed, context)
        except _Fenced:
            return _told(claimed, CheckOutcome.IDLE)
        except ApplicationError as error:
            return self._failed(claimed, error, context)
        except Exception as error:
            self._failed(claimed, error, context)
            raise
        if not self._book.done(claimed):
            return _told(claimed, CheckOutcome.IDLE)
        self._tidy(claimed, found)
        return _came_of(claimed, found)

    def replay(self, clip_id: UUID, context: Context) -> None:
        """Have a clip checked anew that was given up.

        Raises:
            Unknown: there is no such clip.
        """
        allow(context, *ON_DUTY)
        if not self._book.replay(clip_id):
            raise Unknown(str(clip_id))

    def dead_letters(self, context: Context) -> list[Upload]:
        """Clips that could not be checked, oldest first."""
        allow(context, *ON_DUTY)
        return list(self._book.dead_letters())

    def _checked(self, claimed: Upload, context: Context) -> Clip | None:
        """What became of it, as the report has it; None when it can't be opened any more."""
        known = self._app.load(Emergency, claimed.report_id).clip(claimed.clip_id)
        if known is not None and not known.may_come_yet:
            return known
        clear = self._clear(claimed)
        if clear is None:
            return None
        seen = self._seen(claimed, clear)
        if isinstance(seen, VideoRefusal):
            return self._refuse(claimed, seen, context)
        kept = self._kept(claimed, clear)
        return None if kept is None else self._attach(claimed, seen, kept, context)

    def _clear(self, claimed: Upload) -> bytes | None:
        """The bytes as the phone sent them: in memory only, 20 MB at most."""
        parts = []
        for piece in self._book.pieces(claimed.clip_id):
            sealed = self._store.piece(claimed.clip_id, piece.name)
            part = self._seals.open_piece(claimed, piece, sealed)
            if part is None:
                return None
            parts.append(part)
        clear = b"".join(parts)
        if len(clear) != claimed.size_bytes:
            raise ClipLost(f"{claimed.clip_id}: {len(clear)} of {claimed.size_bytes} bytes")
        return clear

    def _seen(self, claimed: Upload, clear: bytes) -> Footage | VideoRefusal:
        try:
            return self._inspector.inspect(clear, self._policy)
        except InspectionTooSlow:
            if claimed.attempt < self._patience.attempts_max:
                raise
            return VideoRefusal.TIMED_OUT

    def _kept(self, claimed: Upload, clear: bytes) -> Kept | None:
        """Under its address: written down first, so that forgetting finds whatever lies there."""
        sealed = self._seals.seal(claimed, clear)
        if sealed is None:
            return None
        address = address_of(sealed)
        if not self._book.will_keep(claimed, address):
            raise _Fenced
        if self._store.keep(sealed) != address:
            raise ClipLost(f"{claimed.clip_id}: the store has other bytes under its address")
        if self._book.find(claimed.clip_id) is None:  # the report was forgotten meanwhile
            self._store.remove(address)
            raise _Fenced
        return Kept(address=address, sealed_bytes=len(sealed))

    def _attach(
        self, claimed: Upload, footage: Footage, kept: Kept, context: Context
    ) -> Clip | None:
        return self._decided(
            claimed,
            context,
            lambda report: report.attach_video(
                claimed.clip_id,
                footage,
                kept,
                device_id=claimed.device_id,
                at=self._clock.now(),
                policy=self._policy,
                occurred_at=claimed.occurred_at,
            ),
        )

    def _refuse(self, claimed: Upload, reason: VideoRefusal, context: Context) -> Clip | None:
        limit = self._policy.clip_s_max if reason is VideoRefusal.TOO_LONG else None
        return self._decided(
            claimed,
            context,
            lambda report: report.refuse_video(
                claimed.clip_id,
                reason,
                device_id=claimed.device_id,
                size_bytes=claimed.size_bytes,
                limit=limit,
                at=self._clock.now(),
            ),
        )

    def _decided(
        self, claimed: Upload, context: Context, step: Callable[[Emergency], None]
    ) -> Clip | None:
        stands: list[Clip | None] = []

        def attempt() -> Receipt:
            report = self._app.load(Emergency, claimed.report_id)
            step(report)
            stands[:] = [report.clip(claimed.clip_id)]
            receipt = Receipt(aggregate_id=report.id)
            return self._app.commit([report], context=context, receipt=receipt)

        self._decide(context, Receipt, attempt)
        return stands[0]

    def _tidy(self, claimed: Upload, found: Clip | None) -> None:
        """Let go of the pieces, and of wholes that no fact names."""
        self._store.drop_pieces(claimed.clip_id)
        named = found.kept.address if found and found.kept else None
        row = self._book.find(claimed.clip_id) or claimed
        for address in row.addresses:
            if address != named:
                self._store.remove(address)

    def _failed(self, claimed: Upload, error: Exception, context: Context) -> Check:
        code = error.code if isinstance(error, ApplicationError) else "defect"
        hopeless = isinstance(error, ApplicationError) and not error.retryable
        ours = isinstance(error, ApplicationError) and not isinstance(error, InspectionFailed)
        if not hopeless and (ours or claimed.attempt < self._patience.attempts_max):
            number = 1 if ours else claimed.attempt
            wait = self._patience.wait(number, chance=self._chance()) + SLOWER
            kept = self._book.again(claimed, error=code, wait=wait)
            return _told(claimed, CheckOutcome.AGAIN if kept else CheckOutcome.IDLE, code)
        self._refuse(claimed, VideoRefusal.UNCHECKED, context)
        kept = self._book.dead(claimed, error=code)
        return _told(claimed, CheckOutcome.DEAD if kept else CheckOutcome.IDLE, code)


ON_DUTY = (Role.SUPERVISOR, Role.COORDINATOR, Role.ADMINISTRATOR, Role.SYSTEM)
SLOWER = timedelta(seconds=1)
"""On top of each wait: a clip is never as urgent as what else waits."""


def address_of(sealed: bytes) -> str:
    return sha256(sealed).hexdigest()


def _came_of(claimed: Upload, found: Clip | None) -> Check:
    if found is None:
        return _told(claimed, CheckOutcome.FORGOTTEN)
    if found.refused is not None:
        return _told(claimed, CheckOutcome.REFUSED, found.refused)
    return _told(claimed, CheckOutcome.TAKEN)


def _told(claimed: Upload, outcome: CheckOutcome, code: str | None = None) -> Check:
    return Check(
        outcome=outcome, number=claimed.attempt, correlation_id=claimed.correlation_id, code=code
    )
