"""Whether the service as a whole does its work, and if not, why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import psycopg
from psycopg_pool import PoolTimeout

from application.health import FoldHealth, Health, SealHealth, WitnessHealth
from infrastructure.engine.batch import AFTER_PARKED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from infrastructure.database import Database
    from infrastructure.heartbeats import Beat, Heartbeats

REQUIRED_ROLES: Final = ("project", "schedule", "relay", "work", "custody")
LAG_MAX_S: Final = 5.0
OVERDUE_MAX_S: Final = 5.0


class Readiness:
    """Asks for the signs of all roles; ``folds`` names those that must be there."""

    def __init__(
        self, database: Database, heartbeats: Heartbeats, *, folds: tuple[str, ...]
    ) -> None:
        self._database = database
        self._heartbeats = heartbeats
        self._folds = folds

    def check(self) -> Health:
        """Ask the database once; a database that cannot be asked is a reason."""
        try:
            with self._database.connection() as connection:
                return self._check(connection)
        except (psycopg.Error, PoolTimeout) as error:
            return Health(ready=False, reasons=(f"database:{type(error).__name__}",))

    def _check(self, connection: psycopg.Connection[Any]) -> Health:
        head = _one(connection, "SELECT position FROM log_head")
        waiting, overdue = _row(
            connection,
            "SELECT count(*), count(*) FILTER"
            " (WHERE due_at < clock_timestamp() - make_interval(secs => %s))"
            " FROM timers WHERE fired_at IS NULL",
            (OVERDUE_MAX_S,),
        )
        pending, dead = _row(
            connection,
            "SELECT count(*) FILTER (WHERE state IN ('pending', 'leased')),"
            " count(*) FILTER (WHERE state = 'dead') FROM deliveries WHERE state <> 'done'",
        )
        beats = self._heartbeats.youngest()
        folds = self._fold_health(connection, head)
        reasons = (
            *_silent(beats),
            *(f"fold:{one.fold}:behind" for one in folds if one.lag_s > LAG_MAX_S),
            *(f"fold:{name}:unknown" for name in self._folds if name not in _names(folds)),
            *(("timers:overdue",) if overdue else ()),
        )
        return Health(
            ready=not reasons,
            reasons=reasons,
            log_position=head,
            roles={role: beat.age_s for role, beat in beats.items()},
            folds=folds,
            timers_waiting=waiting,
            timers_overdue=overdue,
            deliveries_pending=pending,
            dead_letters=dead,
            sealed=_seal_health(connection, head),
        )

    def _fold_health(
        self, connection: psycopg.Connection[Any], head: int
    ) -> tuple[FoldHealth, ...]:
        rows = connection.execute(
            "SELECT t.fold, t.position,"
            " coalesce(extract(epoch FROM clock_timestamp() - e.recorded_at), 0)::float8,"
            " (SELECT count(*) FROM read.parked p WHERE p.fold = t.fold),"
            " ARRAY(SELECT DISTINCT p.reason FROM read.parked p"
            " WHERE p.fold = t.fold AND p.reason <> %s ORDER BY p.reason LIMIT 10),"
            " coalesce(c.differing, 0)"
            " FROM read.tracking t LEFT JOIN events e ON e.position = t.position + 1"
            " LEFT JOIN read.compared c ON c.fold = t.fold ORDER BY t.fold",
            (AFTER_PARKED,),
        ).fetchall()
        return tuple(
            FoldHealth(
                fold=fold,
                position=position,
                lag_facts=head - position,
                lag_s=lag_s,
                parked=parked,
                parked_reasons=tuple(reasons),
                differing=differing,
            )
            for fold, position, lag_s, parked, reasons, differing in rows
        )


def _seal_health(connection: psycopg.Connection[Any], head: int) -> SealHealth:
    newest = connection.execute(
        "SELECT number, extract(epoch FROM clock_timestamp() - sealed_at)::float8, facts_size"
        " FROM checkpoints ORDER BY number DESC LIMIT 1"
    ).fetchone()
    number, age_s, covered = newest or (0, None, 0)
    witnesses = connection.execute(
        "SELECT name, number, extract(epoch FROM clock_timestamp() - failing_since)::float8,"
        " trouble FROM witnesses ORDER BY name"
    ).fetchall()
    return SealHealth(
        number=number,
        age_s=age_s,
        unsealed_facts=head - covered,
        witnesses=tuple(
            WitnessHealth(
                witness=name, lacks=max(number - holds, 0), failing_s=failing_s, trouble=trouble
            )
            for name, holds, failing_s, trouble in witnesses
        ),
    )


def _silent(beats: Mapping[str, Beat]) -> tuple[str, ...]:
    return tuple(
        f"role:{role}:{'stale' if role in beats else 'missing'}"
        for role in REQUIRED_ROLES
        if role not in beats or beats[role].stale
    )


def _names(folds: tuple[FoldHealth, ...]) -> frozenset[str]:
    return frozenset(one.fold for one in folds)


def _row(
    connection: psycopg.Connection[Any], query: str, values: tuple[Any, ...] = ()
) -> tuple[Any, ...]:
    row = connection.execute(query.encode(), values).fetchone()
    if row is None:
        raise LookupError(query)
    return tuple(row)


def _one(connection: psycopg.Connection[Any], query: str) -> Any:
    return _row(connection, query)[0]
