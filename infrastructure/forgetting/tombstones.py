"""Who was erased, in a file beside the keys: no back-up of the database can bring them back.

One line each, only ever appended: JSON with the subject's id, its kind, and its incidents' ids.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from application.erasure_ports import Tombstone
from application.errors import KeyRingUnavailable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


class FileTombstones:
    """See ``application.erasure_ports.Tombstones``."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def bury(self, tombstone: Tombstone) -> None:
        if tombstone in self.all():
            return
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            flags = os.O_RDWR | os.O_APPEND | os.O_CREAT
            descriptor = os.open(self._path, flags, 0o600)
            try:
                line = tombstone.model_dump_json().encode() + b"\n"
                if not _ends_whole(descriptor):  # cut short by a crash: that one was never kept
                    line = b"\n" + line
                os.write(descriptor, line)
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
        except OSError as error:
            raise KeyRingUnavailable(
                f"{self._path}: {error.strerror}: erasures must be kept outside the database; "
                "mend its rights, or set ANSIM_ERASED_FILE"
            ) from error

    def all(self) -> Sequence[Tombstone]:
        try:
            lines = self._path.read_bytes().splitlines()
        except FileNotFoundError:
            return []
        except OSError as error:
            raise KeyRingUnavailable(
                f"{self._path}: {error.strerror}: nothing is served before erasures are known"
            ) from error
        return [stone for line in lines if (stone := _read(line)) is not None]


def _ends_whole(descriptor: int) -> bool:
    size = os.fstat(descriptor).st_size
    return size == 0 or os.pread(descriptor, 1, size - 1) == b"\n"


def _read(line: bytes) -> Tombstone | None:
    """None for a line that a crash has cut short."""
    try:
        return Tombstone.model_validate_json(line)
    except ValueError:
        return None
