"""What an administrator does with the key-encryption key that the settings name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from application.errors import KeyRingUnavailable
from infrastructure.kek import NEXT, read_further, read_kek, transit_of
from infrastructure.rotation import KeysStatus, Rotation, forget_retired, succeed, successor

if TYPE_CHECKING:
    from pathlib import Path

    from application.erasure_ports import Advance
    from infrastructure.database import Database
    from infrastructure.settings import Settings


class KeyKeeper:
    """Rotates, shows and forgets. ``default_file``: the key file, where the settings name none."""

    def __init__(self, settings: Settings, database: Database, default_file: Path) -> None:
        self._settings = settings
        self._default_file = default_file
        self._rotation = Rotation(database, lambda: read_further(settings, default_file))

    @property
    def _file(self) -> Path:
        return self._settings.key_file or self._default_file

    @property
    def _in_file(self) -> bool:
        return self._settings.kms_url is None and self._settings.key_encryption_key is None

    def rotate(self, advance: Advance) -> KeysStatus:
        """Wrap every data key under another key-encryption key; goes on with one cut short.

        A file gets a successor, a key management service makes a new version, and a key given by
        value is the new one (the old one still lies in the key file).

        Raises:
            KeyRingUnavailable: a key-encryption key is missing.
        """
        service = transit_of(self._settings)
        if service is not None:
            begun = self._rotation.status(service.current(), None).left > 0
            target = service.current() if begun else service.rotate()
            self._rotation.wrap_all(target, advance)
        elif self._in_file:
            self._rotation.wrap_all(successor(self._file), advance)
            succeed(self._file)
        else:
            self._rotation.wrap_all(read_kek(self._settings, self._file), advance)
        return self.status()

    def status(self) -> KeysStatus:
        return self._rotation.status(read_kek(self._settings, self._file), self._file)

    @property
    def is_under_way(self) -> bool:
        """Whether a rotation was begun and not ended."""
        waits = self._in_file and self._file.with_name(self._file.name + NEXT).exists()
        return waits or self.status().left > 0

    def forget(self, kek_id: str) -> None:
        """Destroy a retired key file for good.

        Raises:
            KeyRingUnavailable: living keys lie under it, or there is no such file.
        """
        if self.status().wrapped.get(kek_id):
            raise KeyRingUnavailable(f"living keys lie under {kek_id}: run `ansim keys rotate`")
        forget_retired(self._file, kek_id)
