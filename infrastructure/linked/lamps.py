"""Which lamps there are, and which sessions need them: two tables beside the log.

A turn holds advisory locks of its own session and of the lamps that it touches, on one connection:
should the process die, the server lets go of them.
"""

from __future__ import annotations

from contextlib import contextmanager
from math import cos, radians
from typing import TYPE_CHECKING, Final

from application.linked.lights import strongest
from application.linked.ports import Lamp
from domain.geography import Position
from domain.linked import LightMode
from domain.watching.route import Route, RouteKind
from infrastructure.away import told_when_away

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from uuid import UUID

    from infrastructure.database import Connection, Database

M_PER_DEGREE: Final = 111_195.0
NEAR: Final = b"""
SELECT lamp_id, network, place[1], place[0] FROM lamps
WHERE place <@ box(point(%s, %s), point(%s, %s)) ORDER BY lamp_id
"""
NETWORKS: Final = b"SELECT lamp_id, network FROM lamps WHERE lamp_id = ANY(%s)"
PUT: Final = b"""
INSERT INTO lamps (lamp_id, network, place)
SELECT u.lamp_id, u.network, point(u.longitude_deg, u.latitude_deg)
FROM unnest(%s::uuid[], %s::text[], %s::float8[], %s::float8[])
    AS u (lamp_id, network, longitude_deg, latitude_deg)
ON CONFLICT (lamp_id) DO UPDATE SET network = excluded.network, place = excluded.place
"""
# Two numbers keep these locks apart from any other advisory lock of ours.
LOCK: Final = b"SELECT pg_advisory_lock(4711, hashtext(%s))"
UNLOCK_ALL: Final = b"SELECT pg_advisory_unlock_all()"
USES: Final = b"SELECT lamp_id, mode FROM lamp_uses WHERE session_id = %s"
OTHERS: Final = b"""
SELECT lamp_id, mode FROM lamp_uses WHERE lamp_id = ANY(%s) AND session_id <> %s
"""
NEED: Final = b"""
INSERT INTO lamp_uses (lamp_id, session_id, mode)
SELECT lamp_id, %s, mode FROM unnest(%s::uuid[], %s::text[]) AS u (lamp_id, mode)
ON CONFLICT (lamp_id, session_id) DO UPDATE SET mode = excluded.mode
"""
LEAVE: Final = b"DELETE FROM lamp_uses WHERE session_id = %s AND lamp_id = ANY(%s)"


class PostgresLamps:
    """See ``application.linked.ports.LampBook``."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def put(self, lamps: Collection[Lamp]) -> None:
        """Register lamps; those that are known are moved."""
        columns = (
            [one.lamp_id for one in lamps],
            [one.network for one in lamps],
            [one.position.longitude_deg for one in lamps],
            [one.position.latitude_deg for one in lamps],
        )
        with told_when_away(), self._database.connection() as connection:
            connection.execute(PUT, columns)

    def near(self, points: Collection[Position], radius_m: float) -> list[Lamp]:
        if not points:
            return []
        line = Route(kind=RouteKind.STRAIGHT, points=tuple(points), half_width_m=radius_m)
        with told_when_away(), self._database.connection() as connection:
            rows = connection.execute(NEAR, _box(points, radius_m)).fetchall()
        found = [
            Lamp(
                lamp_id=row[0],
                network=row[1],
                position=Position(latitude_deg=row[2], longitude_deg=row[3]),
            )
            for row in rows
        ]
        return [one for one in found if line.place(one.position).off_m <= radius_m]

    def networks(self, lamps: Collection[UUID]) -> Mapping[UUID, str]:
        with told_when_away(), self._database.connection() as connection:
            return dict(connection.execute(NETWORKS, ([*lamps],)).fetchall())

    @contextmanager
    def turn(self, session_id: UUID) -> Iterator[PostgresTurn]:
        with told_when_away(), self._database.connection() as connection:
            try:
                connection.execute(LOCK, (f"session/{session_id}",))
                yield PostgresTurn(connection, session_id)
            finally:
                if not connection.closed:
                    connection.execute(UNLOCK_ALL)


class PostgresTurn:
    """See ``application.linked.ports.LampTurn``."""

    def __init__(self, connection: Connection, session_id: UUID) -> None:
        self._connection = connection
        self._session_id = session_id

    def uses(self) -> Mapping[UUID, LightMode]:
        rows = self._connection.execute(USES, (self._session_id,)).fetchall()
        return {lamp: LightMode(mode) for lamp, mode in rows}

    def hold(self, lamps: Collection[UUID]) -> None:
        for lamp in sorted(lamps):  # in one order: two sessions never wait for each other
            self._connection.execute(LOCK, (f"lamp/{lamp}",))

    def others(self, lamps: Collection[UUID]) -> Mapping[UUID, LightMode]:
        found: dict[UUID, LightMode] = {}
        rows = self._connection.execute(OTHERS, ([*lamps], self._session_id)).fetchall()
        for lamp, said in rows:
            mode = LightMode(said)
            found[lamp] = strongest(mode, found.get(lamp)) or mode
        return found

    def need(self, wanted: Mapping[UUID, LightMode]) -> None:
        modes = [mode.value for mode in wanted.values()]
        self._connection.execute(NEED, (self._session_id, [*wanted], modes))

    def leave(self, lamps: Collection[UUID]) -> None:
        self._connection.execute(LEAVE, (self._session_id, [*lamps]))


def _box(points: Collection[Position], radius_m: float) -> tuple[float, float, float, float]:
    """West, south, east, north of all that may be so near."""
    latitudes = [one.latitude_deg for one in points]
    longitudes = [one.longitude_deg for one in points]
    up = radius_m / M_PER_DEGREE
    across = up / cos(radians(max(abs(one) for one in latitudes)))
    return (
        min(longitudes) - across,
        min(latitudes) - up,
        max(longitudes) + across,
        max(latitudes) + up,
    )
