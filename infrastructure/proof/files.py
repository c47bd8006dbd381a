"""Files that are whole or not there, and stay when the power goes."""

from __future__ import annotations

import os
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


def write_new(path: Path, content: bytes, *, mode: int) -> None:
    """Make a file that must not exist.

    Raises:
        FileExistsError: it does; it was not touched.
    """
    with _written(path, content, mode) as making:
        os.link(making, path)
        making.unlink()
    sync_folder(path.parent)


def write_over(path: Path, content: bytes, *, mode: int) -> None:
    """Make a file, or replace it whole."""
    with _written(path, content, mode) as making:
        making.replace(path)
    sync_folder(path.parent)


def sync_folder(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _written(path: Path, content: bytes, mode: int) -> Iterator[Path]:
    descriptor, name = tempfile.mkstemp(prefix=".making.", dir=path.parent)  # 0600
    making = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
        yield making
    finally:
        making.unlink(missing_ok=True)
