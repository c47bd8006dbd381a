"""The system's source of randomness."""

from __future__ import annotations

import secrets
from uuid import UUID, uuid4


class SystemSecrets:
    def new_id(self) -> UUID:
        return uuid4()

    def new_secret(self) -> str:
        return secrets.token_urlsafe(32)
