"""What may stand between a phone and its clip, or a clip and its viewer. Never the report's."""

from __future__ import annotations

from typing import ClassVar

from application.errors import ApplicationError


class ClipTooLarge(ApplicationError):
    """More bytes than a clip may have, or than were announced."""

    code: ClassVar[str] = "clip.too_large"


class ClipEmpty(ApplicationError):
    """A clip of no bytes is none."""

    code: ClassVar[str] = "clip.empty"


class ClipDiffers(ApplicationError):
    """The phone's name of this clip stands for another size already."""

    code: ClassVar[str] = "clip.differs"


class OffsetTaken(ApplicationError):
    """The bytes do not go on where what we have ends: ask for the offset, and go on from there."""

    code: ClassVar[str] = "clip.offset"


class ClipGone(ApplicationError):
    """Nothing more is taken for this clip: it was given up, refused, or forgotten."""

    code: ClassVar[str] = "clip.gone"


class TooFragmented(ApplicationError):
    """It came in more pieces than anybody sends: send more at once."""

    code: ClassVar[str] = "clip.fragmented"


class ClipErased(ApplicationError):
    """The key of the report's clips is destroyed: nobody can see it any more."""

    code: ClassVar[str] = "clip.erased"


class ClipHidden(ApplicationError):
    """The report was cancelled too long ago for the control rooms to look."""

    code: ClassVar[str] = "clip.hidden"


class ClipLost(ApplicationError):
    """The store has not what was put there."""

    code: ClassVar[str] = "clip.lost"


class ClipAltered(ApplicationError):
    """What the store has was changed, cut, or sealed for another place."""

    code: ClassVar[str] = "clip.altered"


class ClipStoreUnavailable(ApplicationError):
    """The store of clips cannot be reached, or takes nothing; the same again may go well."""

    code: ClassVar[str] = "clip_store_unavailable"
    retryable: ClassVar[bool] = True


class InspectionFailed(ApplicationError):
    """The clip could not be looked at for a reason that is ours."""

    code: ClassVar[str] = "clip.inspection_failed"
    retryable: ClassVar[bool] = True


class InspectionTooSlow(InspectionFailed):
    """The look took too long by the clock; a machine at rest may do it in time."""

    code: ClassVar[str] = "clip.inspection_too_slow"
