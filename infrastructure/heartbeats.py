"""Signs of life of the roles: a role that does not beat does not work."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import psutil
from psycopg.types.json import Jsonb

if TYPE_CHECKING:
    from collections.abc import Mapping

    from infrastructure.database import Database

EVERY_S = 1.0
"""How often a role beats; three beats missed is stale."""
STALE_AFTER_S = 5.0
FORGOTTEN_AFTER_S = 3600.0


@dataclass(frozen=True, slots=True)
class Beat:
    """The youngest heartbeat of one role; ``age_s`` by the database's clock."""

    role: str
    instance: str
    age_s: float
    detail: Mapping[str, Any]

    @property
    def stale(self) -> bool:
        return self.age_s > STALE_AFTER_S


def _is_gone(instance: str) -> bool:
    """Whether the instance was a process of this host that is no more: no need to wait."""
    host, _, number = instance.rpartition(":")
    return host == socket.gethostname() and number.isdigit() and not psutil.pid_exists(int(number))


class Heartbeats:
    def __init__(self, database: Database) -> None:
        self._database = database
        self.instance = f"{socket.gethostname()}:{os.getpid()}"

    def beat(self, role: str, instance: str, detail: Mapping[str, Any]) -> None:
        """Say that this instance of the role is alive and at work."""
        with self._database.connection() as connection:
            connection.execute(
                "INSERT INTO role_heartbeats VALUES (%s, %s, clock_timestamp(), %s)"
                " ON CONFLICT (role, instance)"
                " DO UPDATE SET beat_at = excluded.beat_at, detail = excluded.detail",
                (role, instance, Jsonb(dict(detail))),
            )

    def leave(self, role: str, instance: str) -> None:
        """Take the sign away, at a clean end; old ones of others that never said so too."""
        with self._database.connection() as connection:
            connection.execute(
                "DELETE FROM role_heartbeats WHERE (role = %s AND instance = %s)"
                " OR beat_at < clock_timestamp() - make_interval(secs => %s)",
                (role, instance, FORGOTTEN_AFTER_S),
            )

    def youngest(self) -> dict[str, Beat]:
        """Of each role, the instance that beat last, but for those that are known to be gone."""
        with self._database.connection() as connection:
            rows = connection.execute(
                "SELECT role, instance,"
                " extract(epoch FROM clock_timestamp() - beat_at)::float8, detail"
                " FROM role_heartbeats ORDER BY beat_at"
            ).fetchall()
        return {row[0]: Beat(*row) for row in rows if not _is_gone(row[1])}
