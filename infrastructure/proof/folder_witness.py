"""A witness that is a folder: on another disk, another machine's share, a medium written once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from application.errors import WitnessUnavailable
from infrastructure.proof.files import sync_folder, write_new
from infrastructure.proof.store import Exists, StoredWitness

if TYPE_CHECKING:
    from pathlib import Path

READ_ONLY: Final = 0o444


class FolderWitness(StoredWitness):
    """Args: ``path`` is made if it is not there, but not the folder above it.

    A share that is not mounted must not look like an empty witness.
    """

    def __init__(self, path: Path, *, name: str | None = None) -> None:
        self._path = path
        self.name = name or f"file:{path}"

    def _put(self, name: str, content: bytes) -> None:
        path = self._path / name
        try:
            for folder in (self._path, path.parent):
                if not folder.exists():
                    folder.mkdir(mode=0o755, exist_ok=True)
                    sync_folder(folder.parent)
            write_new(path, content, mode=READ_ONLY)
        except FileExistsError as error:
            raise Exists(name) from error
        except OSError as error:
            raise WitnessUnavailable(f"{self.name}: {error.strerror}") from error

    def _get(self, name: str) -> bytes | None:
        try:
            return (self._path / name).read_bytes()
        except FileNotFoundError:
            self._refuse_unmounted()
            return None
        except OSError as error:
            raise WitnessUnavailable(f"{self.name}: {error.strerror}") from error

    def _has(self, name: str) -> bool:
        try:
            (self._path / name).stat()
        except FileNotFoundError:
            self._refuse_unmounted()
            return False
        except OSError as error:
            raise WitnessUnavailable(f"{self.name}: {error.strerror}") from error
        return True

    def _refuse_unmounted(self) -> None:
        if not self._path.parent.exists():
            raise WitnessUnavailable(f"{self.name}: {self._path.parent} is not there")
