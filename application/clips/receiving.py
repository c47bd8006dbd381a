"""The phone's side of a clip: begin it, ask how much has come, go on. Harmless to repeat."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID, uuid5

from pydantic import AwareDatetime, Field

from application.clips.errors import (
    ClipDiffers,
    ClipEmpty,
    ClipGone,
    ClipTooLarge,
    OffsetTaken,
    TooFragmented,
)
from application.clips.ports import ClipSeals, ClipStore, Piece, Upload, UploadBook, UploadState
from application.context import Context
from application.desk import Desk
from application.errors import Unknown
from application.identity import DeviceIdentity
from application.ports import Secrets
from application.safe_return import Receipt
from application.triggers import maker_of
from domain.base import Value
from domain.emergency import Emergency
from domain.emergency.filming import TooManyVideos, VideoRefusal
from domain.policy import Policy

PIECE_BYTES: Final = 256 * 1024
"""What is held of an upload in memory before it is sealed and stored."""
PIECES_MAX: Final = 4096


class Sender(Value):
    """Who speaks: as for a cancel. ``device`` is what an unknown device calls itself."""

    identity: DeviceIdentity | None = None
    device: str | None = Field(default=None, max_length=1000)


class BeginClip(Value):
    """``name`` is the phone's own of this clip, so that a repeat meets the first."""

    report_id: UUID
    sender: Sender
    size_bytes: int = Field(ge=0)
    name: str | None = Field(default=None, max_length=200)
    occurred_at: AwareDatetime | None = None


class ClipReceiving(Desk):
    """Takes clips of reports from those who raised them."""

    def __init__(
        self,
        *desk: Any,
        book: UploadBook,
        store: ClipStore,
        seals: ClipSeals,
        secrets: Secrets,
        policy: Policy,
    ) -> None:
        super().__init__(*desk)
        self._book = book
        self._store = store
        self._seals = seals
        self._secrets = secrets
        self._policy = policy

    def begin(self, command: BeginClip, context: Context) -> Upload:
        """Let a clip come; the same name again is the same clip, however far it is.

        Raises:
            Unknown: there is no such report, or the caller did not raise it.
            ClipTooLarge, ClipEmpty: refused, and shown to the operator as such.
            ClipDiffers: the name stands for a clip of another size.
            ClipGone: the name stands for a clip that was refused.
            VideoTooLate, TooManyVideos: the report takes no more.
        """
        report = self._theirs(command.report_id, command.sender)
        name = command.name or str(self._secrets.new_id())
        clip_id = uuid5(report.id, f"clips/{name}")
        known = self._book.find(clip_id)
        if known is None:
            report.admit_video(at=self._clock.now(), policy=self._policy)
            self._must_fit(command, clip_id, context)
            if report.clip(clip_id) is not None:
                raise ClipGone(f"{clip_id} was refused: a new clip has a name of its own")
            known = self._begun(command, clip_id, context)
        if known.size_bytes != command.size_bytes:
            raise ClipDiffers(f"{clip_id} has {known.size_bytes} bytes")
        return known

    def found(self, report_id: UUID, clip_id: UUID, sender: Sender) -> Upload:
        """How far a clip has come.

        Raises:
            Unknown: there is none, or the caller did not raise its report.
            ClipGone: it was given up before it was whole.
        """
        self._theirs(report_id, sender)
        found = self._book.find(clip_id)
        if found is None or found.report_id != report_id:
            raise Unknown(str(clip_id))
        if found.state is UploadState.DONE and not found.is_whole:
            raise ClipGone(str(clip_id))
        return found

    def take(self, upload: Upload, clear: bytes) -> Upload:
        """Store the next bytes of an upload, sealed; durable when this returns.

        Raises:
            OffsetTaken: it has grown meanwhile.
            ClipGone: its key was destroyed.
            TooFragmented: it came in too many pieces.
        """
        if upload.pieces >= PIECES_MAX:
            raise TooFragmented(str(upload.clip_id))
        piece = Piece(
            name=self._secrets.new_id(),
            number=upload.pieces,
            offset=upload.received_bytes,
            size_bytes=len(clear),
        )
        sealed = self._seals.seal_piece(upload, piece, clear)
        if sealed is None:
            raise ClipGone(str(upload.clip_id))
        self._store.put_piece(upload.clip_id, piece.name, sealed)
        if not self._book.add(upload.clip_id, piece):
            self._store.drop_piece(upload.clip_id, piece.name)
            raise OffsetTaken(str(upload.clip_id))
        return upload.model_copy(
            update={
                "received_bytes": upload.received_bytes + len(clear),
                "pieces": upload.pieces + 1,
            }
        )

    def refuse(self, upload: Upload, reason: VideoRefusal, context: Context) -> None:
        """Let the operator know, once; then give the upload up, unless it has become whole."""
        limit = self._policy.clip_bytes_max if reason is VideoRefusal.TOO_LARGE else None
        self._tell(upload.report_id, upload.clip_id, reason, upload.device_id, None, limit, context)
        if self._book.give_up(upload.clip_id):
            self._store.drop_pieces(upload.clip_id)

    def give_silent_up(self, context: Context) -> int:
        """Give up what has come no further for long; how many."""
        silent = self._book.silent(for_s=self._policy.clip_silent_s)
        for upload in silent:
            self.refuse(upload, VideoRefusal.INCOMPLETE, context)
        return len(silent)

    def _theirs(self, report_id: UUID, sender: Sender) -> Emergency:
        report = self._app.load(Emergency, report_id)
        identity = sender.identity
        if not report.is_triggered_by(
            citizen_id=identity.speaks_for if identity else None,
            device=maker_of(identity, sender.device),
        ):
            raise Unknown(str(report_id))
        return report

    def _must_fit(self, command: BeginClip, clip_id: UUID, context: Context) -> None:
        limit = self._policy.clip_bytes_max
        if 0 < command.size_bytes <= limit:
            return
        empty = command.size_bytes == 0
        self._tell(
            command.report_id,
            clip_id,
            VideoRefusal.EMPTY if empty else VideoRefusal.TOO_LARGE,
            _device_of(command.sender),
            command.size_bytes,
            None if empty else limit,
            context,
        )
        if empty:
            raise ClipEmpty(str(clip_id))
        raise ClipTooLarge(f"{command.size_bytes} of at most {limit} bytes")

    def _begun(self, command: BeginClip, clip_id: UUID, context: Context) -> Upload:
        upload = Upload(
            clip_id=clip_id,
            report_id=command.report_id,
            device_id=_device_of(command.sender),
            key_id=self._seals.key_of(command.report_id),
            size_bytes=command.size_bytes,
            occurred_at=command.occurred_at,
            correlation_id=context.correlation_id,
        )
        if self._book.begin(upload, reports_max=self._policy.clips_tried_max):
            return upload
        found = self._book.find(clip_id)
        if found is None:
            raise TooManyVideos(str(command.report_id))
        return found

    def _tell(  # noqa: PLR0913, PLR0917
        self,
        report_id: UUID,
        clip_id: UUID,
        reason: VideoRefusal,
        device_id: UUID | None,
        size_bytes: int | None,
        limit: float | None,
        context: Context,
    ) -> None:
        def attempt() -> Receipt:
            report = self._app.load(Emergency, report_id)
            report.refuse_video(
                clip_id,
                reason,
                device_id=device_id,
                size_bytes=size_bytes,
                limit=limit,
                at=self._clock.now(),
            )
            receipt = Receipt(aggregate_id=report.id)
            return self._app.commit([report], context=context, receipt=receipt)

        self._decide(context, Receipt, attempt)


def _device_of(sender: Sender) -> UUID | None:
    return sender.identity.device_id if sender.identity else None
