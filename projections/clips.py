"""The clips of one report as its page shows them: those taken, and why others were not."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from pydantic import AwareDatetime

from domain.base import Value
from domain.emergency.filming import Container, Footage, VideoAttached, VideoRefusal, VideoRefused
from projections.help_answers import ANSWERS, Follow


class ShownClip(Value):
    """``refused`` is None for one that can be looked at; then all else is known."""

    clip_id: UUID
    at: AwareDatetime
    position: int
    """Where in the log it was taken or refused."""
    device_id: UUID | None
    refused: VideoRefusal | None = None
    size_bytes: int | None = None
    sha256: str | None = None
    duration_s: float | None = None
    codec: str | None = None
    container: Container | None = None
    width_px: int | None = None
    height_px: int | None = None


def with_clip(
    clips: tuple[ShownClip, ...], fact: VideoAttached | VideoRefused
) -> tuple[ShownClip, ...]:
    """In the order in which they came; one that is taken after all stands once."""
    others = tuple(one for one in clips if one.clip_id != fact.clip_id)
    shown = ShownClip(
        clip_id=fact.clip_id,
        at=fact.received_at,
        position=fact.envelope.position,
        device_id=fact.device_id,
        size_bytes=fact.size_bytes,
    )
    if isinstance(fact, VideoRefused):
        return (*others, shown.model_copy(update={"refused": fact.cause}))
    footage = {name: getattr(fact, name) for name in Footage.model_fields}
    return (*others, shown.model_copy(update=footage))


FOLLOWED: Final[dict[str, Follow]] = ANSWERS | dict.fromkeys(
    (VideoAttached.TOPIC, VideoRefused.TOPIC),
    lambda row, fact: {"clips": with_clip(row.clips, fact)},
)
"""By topic: what a report's page shows of clips, and of answers as the queue does."""
