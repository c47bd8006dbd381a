"""A device whose credential has been checked."""

from __future__ import annotations

from uuid import UUID

from domain.base import Value
from domain.platform import Platform


class DeviceIdentity(Value):
    """``revoked``: the credential was once good; it still may raise, but nothing else."""

    citizen_id: UUID
    device_id: UUID
    platform: Platform
    revoked: bool = False

    @property
    def speaks_for(self) -> UUID | None:
        """The citizen in whose name the device may speak."""
        return None if self.revoked else self.citizen_id
