"""A house on a database of the benchmark's own server, and the environment of its roles."""

from __future__ import annotations

import os
from base64 import b64encode
from typing import TYPE_CHECKING

from pydantic import SecretStr

from infrastructure.bootstrap import House
from infrastructure.settings import Settings

if TYPE_CHECKING:
    from infrastructure.embedded.postgres import PostgresServer

KEK = b64encode(bytes(32)).decode()


def house_on(server: PostgresServer, name: str) -> House:
    return House(
        Settings(
            database_url=server.url("service", name),
            admin_database_url=server.url("owner", name),
            key_encryption_key=SecretStr(KEK),
        ),
        role="bench",
    )


def environment(server: PostgresServer, name: str) -> dict[str, str]:
    """What a role's process needs to know."""
    others = {key: value for key, value in os.environ.items() if "ANSIM" not in key}
    return others | {
        "ANSIM_DATABASE_URL": server.url("service", name),
        "ANSIM_ADMIN_DATABASE_URL": server.url("owner", name),
        "ANSIM_KEY_ENCRYPTION_KEY": KEK,
        "ANSIM_LOG_LEVEL": "warning",
    }
