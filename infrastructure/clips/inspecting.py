"""Looks at clips by a process of its own: confined, watched, and killed when it overruns."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pydantic import ValidationError

from application.clips.errors import InspectionFailed, InspectionTooSlow
from domain.base import Value
from domain.emergency.filming import Codec, Container, Footage, VideoRefusal

if TYPE_CHECKING:
    from domain.policy import Policy

PROGRAM: Final = Path(__file__).with_name("looking.py")
CPU_S: Final = 20
WALL_S: Final = 40.0
MEMORY_BYTES: Final = 768 * 1024 * 1024
TOLD_BYTES_MAX: Final = 4096
OVERRUN: Final = frozenset({-signal.SIGXCPU, -signal.SIGKILL})
"""The kernel's answer to too much work or room."""


class _Told(Value):
    """What the process says of a clip: one of the two."""

    refused: VideoRefusal | None = None
    container: Container | None = None
    codec: Codec = "unknown"
    duration_s: float = 0.0
    width_px: int = 0
    height_px: int = 0


class ConfinedInspector:
    """See ``application.clips.ports.Inspector``.

    Args:
        cpu_s: of work; whoever needs more is a bomb.
        wall_s: by the clock; a machine that is busy may overrun it, so it says nothing of the clip.
        memory_bytes: of address space, libraries and all.
    """

    def __init__(
        self, *, cpu_s: int = CPU_S, wall_s: float = WALL_S, memory_bytes: int = MEMORY_BYTES
    ) -> None:
        self._cpu_s = cpu_s
        self._wall_s = wall_s
        self._memory_bytes = memory_bytes

    def inspect(self, clear: bytes, policy: Policy) -> Footage | VideoRefusal:
        said = self._asked(clear, policy)
        if isinstance(said, VideoRefusal):
            return said
        if said.refused is not None:
            return said.refused
        if said.container is None:
            raise InspectionFailed("it said nothing of the container")
        return Footage(
            sha256=sha256(clear).hexdigest(),
            size_bytes=len(clear),
            duration_s=said.duration_s,
            codec=said.codec,
            container=said.container,
            width_px=said.width_px,
            height_px=said.height_px,
        )

    def _asked(self, clear: bytes, policy: Policy) -> _Told | VideoRefusal:
        limits = _Limits(
            cpu_s=self._cpu_s,
            memory_bytes=self._memory_bytes,
            seconds_max=policy.clip_s_max,
            frames_max=round(policy.clip_s_max * policy.clip_frames_per_s_max),
            pixels_max=policy.clip_pixels_max,
        )
        try:
            ended = subprocess.run(  # noqa: S603 - our own program, by its path
                [sys.executable, "-I", str(PROGRAM), limits.model_dump_json()],
                input=clear,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={"PATH": os.defpath},
                cwd="/",
                timeout=self._wall_s,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise InspectionTooSlow(f"not done after {self._wall_s:g} s") from error
        except OSError as error:
            raise InspectionFailed(f"no process: {error.strerror}") from error
        if ended.returncode in OVERRUN:
            return VideoRefusal.BOMB
        if ended.returncode < 0:  # it brought the decoder down
            return VideoRefusal.UNREADABLE
        return _understood(ended.returncode, ended.stdout)


class _Limits(Value):
    cpu_s: int
    memory_bytes: int
    seconds_max: float
    frames_max: int
    pixels_max: int


def _understood(code: int, told: bytes) -> _Told:
    if code != 0 or len(told) > TOLD_BYTES_MAX:
        raise InspectionFailed(f"the process ended with {code}: is `ansim-dispatch[video]` there?")
    try:
        return _Told.model_validate_json(told)
    except ValidationError as error:
        raise InspectionFailed("what it said is not understood") from error
