"""A store of clips that is a folder: this machine's, or one that all hosts share.

``pieces/CLIP/NAME`` and ``whole/AB/ADDRESS``; each file is made beside its place, synced, and
renamed there, so that it is whole or not there at all. Only its owner may read it.
"""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from application.clips.errors import ClipLost, ClipStoreUnavailable
from infrastructure.proof.files import sync_folder, write_over

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from uuid import UUID

OURS_ONLY: Final = 0o700
READ_ONLY: Final = 0o400


class FolderStore:
    """See ``application.clips.ports.ClipStore``; ``path`` is made when first written to."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.name = f"file:{path}"

    def put_piece(self, clip_id: UUID, name: UUID, sealed: bytes) -> None:
        self._put(self._pieces(clip_id) / str(name), sealed)

    def piece(self, clip_id: UUID, name: UUID) -> bytes:
        with self._told(str(name)):
            return (self._pieces(clip_id) / str(name)).read_bytes()

    def drop_piece(self, clip_id: UUID, name: UUID) -> None:
        with self._told(str(name)):
            (self._pieces(clip_id) / str(name)).unlink(missing_ok=True)

    def drop_pieces(self, clip_id: UUID) -> None:
        with self._told(str(clip_id)):
            if self._pieces(clip_id).exists():
                shutil.rmtree(self._pieces(clip_id))

    def has_pieces(self, clip_id: UUID) -> bool:
        with self._told(str(clip_id)):
            return self._pieces(clip_id).exists()

    def keep(self, sealed: bytes) -> str:
        address = sha256(sealed).hexdigest()
        if not self.holds(address):
            self._put(self._whole(address), sealed)
        return address

    def holds(self, address: str) -> bool:
        with self._told(address):
            return self._whole(address).exists()

    def read(self, address: str, start: int, length: int) -> bytes:
        with self._told(address), self._whole(address).open("rb") as file:
            file.seek(start)
            return file.read(length)

    def remove(self, address: str) -> None:
        with self._told(address):
            self._whole(address).unlink(missing_ok=True)

    def _put(self, path: Path, sealed: bytes) -> None:
        with self._told(path.name):
            self._make(path.parent)
            write_over(path, sealed, mode=READ_ONLY)

    def _make(self, folder: Path) -> None:
        if folder.exists():
            return
        if folder != self._path:
            self._make(folder.parent)
        folder.mkdir(mode=OURS_ONLY, exist_ok=True)
        sync_folder(folder.parent)

    def _pieces(self, clip_id: UUID) -> Path:
        return self._path / "pieces" / str(clip_id)

    def _whole(self, address: str) -> Path:
        return self._path / "whole" / address[:2] / address

    @contextmanager
    def _told(self, what: str) -> Iterator[None]:
        try:
            yield
        except FileNotFoundError as error:
            raise ClipLost(f"{self.name} has no {what}") from error
        except OSError as error:
            reason = error.strerror or os.strerror(error.errno or 0)
            raise ClipStoreUnavailable(f"{self.name}: {reason}") from error
