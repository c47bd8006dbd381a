"""Where the log knows of somebody: asked of the log itself, so that no fold can be behind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from infrastructure.away import told_when_away
from infrastructure.log.sealing import unpack

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID

    from application.erasure_ports import Advance
    from domain.base import SealedPart
    from infrastructure.database import Database

BATCH: Final = 50_000
_DEVICES: Final = """
SELECT aggregate_id FROM events
WHERE topic = 'device.enrolled' AND open::jsonb ->> 'citizen_id' = %s ORDER BY position
"""
_STREAMS: Final = """
SELECT aggregate_id FROM events
WHERE topic IN ('erasure.asked', 'erasure.requested', 'erasure.restored', 'hold.began')
  AND topic = ANY(%s)
ORDER BY position
"""
_SEALED: Final = """
SELECT aggregate_id, version, topic, schema_version, sealed FROM events
WHERE position > %s AND position <= %s AND sealed IS NOT NULL
  AND EXISTS (SELECT FROM unnest(%s::bytea[]) AS s(subject) WHERE position(s.subject IN sealed) > 0)
ORDER BY position
"""


class PostgresTraces:
    """See ``application.erasure_ports.Traces``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def devices_of(self, citizen_id: UUID) -> list[UUID]:
        return self._ids(_DEVICES, str(citizen_id))

    def erasures(self) -> list[UUID]:
        return self._ids(_STREAMS, ["erasure.asked", "erasure.requested", "erasure.restored"])

    def hold_books(self) -> list[UUID]:
        return self._ids(_STREAMS, ["hold.began"])

    def sealed_under(self, subjects: Collection[UUID], advance: Advance) -> list[SealedPart]:
        """The whole log is looked through: a fact of any aggregate may hold a part of theirs."""
        wanted = frozenset(subjects)
        found: list[SealedPart] = []
        with told_when_away(), self._database.connection() as connection:
            row = connection.execute("SELECT position FROM log_head").fetchone()
            head = int(row[0]) if row else 0
            for after in range(0, head, BATCH):
                upto = min(after + BATCH, head)
                rows = connection.execute(_SEALED, (after, upto, [one.bytes for one in wanted]))
                for aggregate_id, version, topic, schema_version, sealed in rows:
                    parts = unpack(
                        bytes(sealed),
                        aggregate_id=aggregate_id,
                        version=version,
                        topic=topic,
                        schema_version=schema_version,
                    )
                    found += [part for part in parts if part.subject in wanted]
                advance(upto, head)
        return found

    def _ids(self, query: str, value: object) -> list[UUID]:
        with told_when_away(), self._database.connection() as connection:
            rows = connection.execute(query.encode(), (value,)).fetchall()
        return [row[0] for row in rows]
