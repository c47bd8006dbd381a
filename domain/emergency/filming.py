"""Clips of what the phone's camera saw. They add to a report; they never hold it up or mute it.

The bytes lie sealed in a store, under a key of the report's clips, which goes with the report's
others; a fact says what was checked and under which address they lie.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Annotated, ClassVar, Final
from uuid import UUID

from pydantic import StringConstraints

from domain.base import DomainError, Fact, Value, applies, subject_of_purpose
from domain.emergency.exporting import Digest
from domain.emergency.taking_back import TakingBack
from domain.emergency.vocabulary import Stage
from domain.policy import Policy

CLIPS: Final = "clips"
Codec = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]


def clips_of(report_id: UUID) -> UUID:
    """Under whose name the key of a report's clips is kept."""
    return subject_of_purpose(report_id, CLIPS)


class Container(StrEnum):
    """In what a clip is packed; nothing else is opened."""

    MP4 = "mp4"
    WEBM = "webm"


class VideoRefusal(StrEnum):
    """Why a clip was not taken."""

    TOO_LARGE = "too_large"
    TOO_LONG = "too_long"
    TOO_MANY = "too_many"
    EMPTY = "empty"
    INCOMPLETE = "incomplete"
    """The phone fell silent before all of it had come."""
    FRAGMENTED = "fragmented"
    """It came in more pieces than anybody sends."""
    NOT_A_VIDEO = "not_a_video"
    PLAYLIST = "playlist"
    """A list of other addresses, whatever it calls itself."""
    NO_PICTURE = "no_picture"
    CODEC_UNKNOWN = "codec_unknown"
    UNREADABLE = "unreadable"
    TRUNCATED = "truncated"
    """The file says that there is more of it than there is."""
    BOMB = "bomb"
    """It would take more room or work than any picture of its length."""
    TIMED_OUT = "timed_out"
    UNCHECKED = "unchecked"
    """We could not look at it; it is kept, and can be checked again."""


class Footage(Value):
    """What was found in a clip. ``sha256`` and ``size_bytes`` are of the clear bytes, as sent."""

    sha256: Digest
    size_bytes: int
    duration_s: float
    codec: Codec
    container: Container
    width_px: int
    height_px: int


class Kept(Value):
    """Where a clip lies, sealed: ``address`` is the SHA-256 of what is stored."""

    address: Digest
    sealed_bytes: int


class VideoAttached(Fact):
    """A clip of the report was checked and kept."""

    TOPIC: ClassVar[str] = "emergency.video_attached"

    citizen_id: UUID | None
    clip_id: UUID
    device_id: UUID | None
    """Which phone sent it; None for one that is not enrolled."""
    sha256: Digest
    """Of the clear bytes as the phone sent them."""
    size_bytes: int
    duration_s: float
    codec: Codec
    container: Container
    width_px: int
    height_px: int
    address: Digest
    """SHA-256 of the sealed bytes: where the store has them."""
    sealed_bytes: int


class VideoRefused(Fact):
    """A clip was not taken; the report goes on as if none had come."""

    TOPIC: ClassVar[str] = "emergency.video_refused"

    citizen_id: UUID | None
    clip_id: UUID
    device_id: UUID | None
    cause: VideoRefusal
    size_bytes: int | None
    """As far as it is known."""
    limit: float | None
    """The policy's number that it broke: bytes, seconds, clips; None where none was."""


class VideoTooLate(DomainError):
    """The report was over too long ago (``Policy.clip_after_cancel_s``, ``_resolved_s``)."""

    code: ClassVar[str] = "emergency.video_too_late"


class TooManyVideos(DomainError):
    """The report has as many clips as one may have (``Policy.clips_max``, ``clips_tried_max``)."""

    code: ClassVar[str] = "emergency.too_many_videos"


@dataclass(frozen=True, slots=True)
class Clip:
    """``footage`` and ``kept`` are None for a refused one, ``refused`` for one that was taken."""

    clip_id: UUID
    footage: Footage | None = None
    kept: Kept | None = None
    refused: VideoRefusal | None = None

    @property
    def may_come_yet(self) -> bool:
        """Whether it was only ours, or the line's, that it was not taken."""
        return self.refused in {VideoRefusal.UNCHECKED, VideoRefusal.INCOMPLETE}


class Filming(TakingBack):
    """At any stage: in the window, after acceptance, and for a while after the end."""

    clips: tuple[Clip, ...] = ()

    def clip(self, clip_id: UUID) -> Clip | None:
        return next((one for one in self.clips if one.clip_id == clip_id), None)

    def admit_video(self, *, at: datetime, policy: Policy) -> None:
        """Let a new clip come, or not; no fact.

        What the phone takes for over takes none that a report would not that is: the answer would
        tell whoever holds it.

        Raises:
            VideoTooLate: the report was over too long ago.
            TooManyVideos: it has enough.
        """
        after_s = {
            Stage.CANCELLED: policy.clip_after_cancel_s,
            Stage.RESOLVED: policy.clip_after_resolved_s,
        }.get(self.stage_on_phone)
        over = self.over_on_phone_at
        if over is not None and after_s is not None and at > over + timedelta(seconds=after_s):
            raise VideoTooLate(str(self.id))
        if self._taken >= policy.clips_max or len(self.clips) >= policy.clips_tried_max:
            raise TooManyVideos(str(self.id))

    @property
    def _taken(self) -> int:
        return sum(1 for clip in self.clips if clip.kept is not None)

    def attach_video(  # noqa: PLR0913 - a clip says which, whose, what and where
        self,
        clip_id: UUID,
        footage: Footage,
        kept: Kept,
        *,
        device_id: UUID | None,
        at: datetime,
        policy: Policy,
        occurred_at: datetime | None = None,
    ) -> None:
        """Keep a clip that was admitted and checked; told twice, it is kept once.

        One more than may be is refused as such, and one that is too long; what had not come, or
        could not be checked, may come after all.
        """
        known = self.clip(clip_id)
        if known is not None and not known.may_come_yet:
            return
        broken = self._broken(footage, policy)
        if broken is not None:
            reason, limit = broken
            self.refuse_video(
                clip_id,
                reason,
                device_id=device_id,
                size_bytes=footage.size_bytes,
                limit=limit,
                at=at,
            )
            return
        self.record(
            VideoAttached,
            at=at,
            occurred_at=occurred_at,
            citizen_id=self.citizen_id,
            clip_id=clip_id,
            device_id=device_id,
            **dict(footage),
            **dict(kept),
        )

    def refuse_video(  # noqa: PLR0913
        self,
        clip_id: UUID,
        reason: VideoRefusal,
        *,
        device_id: UUID | None,
        size_bytes: int | None,
        at: datetime,
        limit: float | None = None,
    ) -> None:
        """Keep that a clip was not taken, for the operator to see; once."""
        known = self.clip(clip_id)
        if known is not None and (not known.may_come_yet or known.refused is reason):
            return
        self.record(
            VideoRefused,
            at=at,
            citizen_id=self.citizen_id,
            clip_id=clip_id,
            device_id=device_id,
            cause=reason,
            size_bytes=size_bytes,
            limit=limit,
        )

    def _broken(self, footage: Footage, policy: Policy) -> tuple[VideoRefusal, float] | None:
        """The number of the policy that this clip breaks."""
        if self._taken >= policy.clips_max:
            return VideoRefusal.TOO_MANY, policy.clips_max
        if footage.size_bytes > policy.clip_bytes_max:
            return VideoRefusal.TOO_LARGE, policy.clip_bytes_max
        if footage.duration_s > policy.clip_s_max:
            return VideoRefusal.TOO_LONG, policy.clip_s_max
        return None

    def shows_clips_to_centres(self, *, at: datetime, policy: Policy) -> bool:
        """Whether the control rooms may still look: a cancelled report stays for a short while."""
        if self.stage is not Stage.CANCELLED or self.cancelled_at is None:
            return True
        return at <= self.cancelled_at + timedelta(seconds=policy.reopen_cancelled_within_s)

    @applies(VideoAttached)
    def _video_attached(self, fact: VideoAttached) -> None:
        footage = Footage(**{name: getattr(fact, name) for name in Footage.model_fields})
        kept = Kept(address=fact.address, sealed_bytes=fact.sealed_bytes)
        self._now(Clip(fact.clip_id, footage=footage, kept=kept))

    @applies(VideoRefused)
    def _video_refused(self, fact: VideoRefused) -> None:
        self._now(Clip(fact.clip_id, refused=fact.cause))

    def _now(self, clip: Clip) -> None:
        others = (one for one in self.clips if one.clip_id != clip.clip_id)
        self.clips = (*others, clip)
