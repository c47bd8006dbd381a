"""Whatever was written: no byte of it can be another without being found."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import psycopg
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import sql

from infrastructure.verifying.copying import batches, fields_of
from infrastructure.verifying.tables import ACCESS, ACCESS_START, FACTS, Table
from tests.infrastructure.verifying.forging import Forger
from tests.infrastructure.verifying.stranger import EMPTY, FACT, chained, framed

TABLES = (FACTS.rows, FACTS.head, ACCESS.rows, ACCESS.head, ACCESS_START)
TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=12)
MOMENT = st.integers(0, 10**15)
IDS = st.uuids().map(str)
HEADED = (
    "UPDATE log_head SET position = e.position, hash = e.hash, recorded_at = e.recorded_at"
    " FROM events e WHERE e.position = (SELECT max(position) FROM events)"
)
TYPED = sql.SQL(", ").join(
    sql.SQL("timestamptz '2000-01-01 00:00Z' + %({name})s * interval '1 microsecond'").format(
        name=sql.SQL(name)
    )
    if name.endswith("_at")
    else sql.SQL("decode(%({name})s, 'hex')").format(name=sql.SQL(name))
    if name in {"sealed", "hash"}
    else sql.SQL("%({name})s").format(name=sql.SQL(name))
    for name in (*FACT, "hash")
)


@st.composite
def histories(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Rows as the log could hold them, but for their hashes."""
    rows: list[dict[str, Any]] = []
    versions: dict[str, int] = {}
    aggregates = draw(st.lists(IDS, min_size=1, max_size=3, unique=True))
    moment = draw(MOMENT)
    for position in range(1, draw(st.integers(1, 6)) + 1):
        aggregate = draw(st.sampled_from(aggregates))
        versions[aggregate] = versions.get(aggregate, draw(st.integers(-1, 0))) + 1
        moment += draw(st.integers(0, 3))
        rows.append(
            {
                "position": position,
                "aggregate_id": aggregate,
                "version": versions[aggregate],
                "topic": draw(TEXT),
                "schema_version": draw(st.integers(1, 9)),
                "event_id": draw(IDS),
                "correlation_id": draw(IDS),
                "causation_id": draw(st.none() | IDS),
                "actor": draw(TEXT),
                "occurred_at": draw(st.none() | MOMENT),
                "received_at": draw(MOMENT),
                "recorded_at": moment,
                "open": draw(TEXT),
                "sealed": draw(st.none() | st.binary(max_size=12).map(bytes.hex)),
            }
        )
    return rows


@dataclass(frozen=True)
class Cell:
    """One stored value, in binary form, and where it stands."""

    table: Table
    column: str
    value: bytes
    row: str

    def write(self, connection: psycopg.Connection, value: bytes) -> None:
        """Put other bytes there; the server refuses what is no value of the type."""
        of_type = dict(self.table.columns)[self.column]
        found = connection.execute("SELECT %s::regtype::oid", (of_type,)).fetchone()
        assert found is not None
        change = f"UPDATE {self.table.name} SET {self.column} = $1 WHERE ctid = '{self.row}'"  # noqa: S608
        result = connection.pgconn.exec_params(
            change.encode(), [value], param_types=[found[0]], param_formats=[1]
        )
        if result.error_message:
            raise psycopg.DataError(result.error_message.decode())


def cells(connection: psycopg.Connection, forger: Forger) -> list[Cell]:
    """Every value of every table that is proved, but NULLs and empty ones."""
    found = []
    for table in TABLES:
        names = ", ".join(name for name, _ in table.columns)
        query = f"COPY (SELECT {names} FROM {table.name} ORDER BY ctid) TO STDOUT (FORMAT binary)"  # noqa: S608
        sent = [row for batch in batches(connection, query.encode()) for row in batch]
        places = f"SELECT ctid::text FROM {table.name} ORDER BY ctid"  # noqa: S608
        for row, (place,) in zip(sent, forger.run(places).fetchall(), strict=True):
            for (name, _), value in zip(table.columns, fields_of(row), strict=True):
                if value:
                    found.append(Cell(table, name, value, place))
    return found


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much,
    ],
)  # fmt: skip
@given(history=histories(), chance=st.data())
def test_any_changed_byte_of_any_history_is_found(
    forger: Forger, history: list[dict[str, Any]], chance: st.DataObject
) -> None:
    with forger.tried() as connection:
        write(forger, history)
        found = forger.verified()
        assert (found.position, found.kind) == (len(history), None)
        all_cells = cells(connection, forger)
        for _ in range(4):
            cell = chance.draw(st.sampled_from(all_cells))
            at = chance.draw(st.integers(0, len(cell.value) - 1))
            changed = bytearray(cell.value)
            changed[at] ^= chance.draw(st.integers(1, 255))
            if cell.column == "single":  # any other byte than 0 means the same
                changed[at] = 0
            try:
                with forger.tried():
                    cell.write(connection, bytes(changed))
                    assert not forger.verified().ok, (cell.table.name, cell.column, at)
            except psycopg.DataError:
                continue  # no text, or no moment


def write(forger: Forger, history: list[dict[str, Any]]) -> None:
    """Make this the log, chained as a stranger would."""
    forger.run("DELETE FROM events")
    forger.run("DELETE FROM access_records WHERE id > 3")
    forger.chain_access_again()
    previous = EMPTY
    query = sql.SQL("INSERT INTO events VALUES ({})").format(TYPED)
    for row in history:
        previous = chained(previous, framed(row))
        forger.run(query, row | {"hash": previous.hex()})
    forger.run(HEADED)
