"""Access records stand in a chain of their own, which the database keeps and nobody mends."""

from __future__ import annotations

import hashlib
import struct
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import psycopg
import pytest

from application.access import Access, AccessKind, Task
from application.context import Context, Principal
from application.errors import LogUnavailable
from domain.roles import Role
from infrastructure.access_log import PostgresAccessLog
from infrastructure.database import Database
from infrastructure.migrations import ROOT
from tests import clusters

KIM = Context(
    principal=Principal(id="17", role=Role.OPERATOR, district="11740"),
    correlation_id=UUID(int=3),
    address="10.0.0.7",
)
COLUMNS = (
    "id, accessed_at, actor, district, address, subject, what, why, correlation_id, kind, about,"
    " task, recipient, account"
)
POSTGRES_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
CHANGES = [
    "UPDATE access_records SET why = ''",
    "DELETE FROM access_records",
    "TRUNCATE access_records",
    "DELETE FROM access_head",
    "TRUNCATE access_head",
    "DELETE FROM access_start",
    "TRUNCATE access_start",
    "INSERT INTO access_records SELECT * FROM access_records ON CONFLICT (id) DO UPDATE SET id = 9",
]


@pytest.fixture
def access_log(service: Database) -> PostgresAccessLog:
    return PostgresAccessLog(service)


def look(subject: UUID | None = None, **changes: object) -> Access:
    return Access.model_validate(
        {"subject": subject or uuid4(), "what": "report.read", "why": "report:5"} | changes
    )


def stranger_digest(previous: bytes, row: tuple[object, ...]) -> bytes:
    """The hash as docs/proof.md tells a stranger to compute it."""
    framed = previous
    for value in row:
        match value:
            case None:
                framed += struct.pack(">i", -1)
                continue
            case UUID():
                sent = value.bytes
            case datetime():
                sent = struct.pack(">q", (value - POSTGRES_EPOCH) // timedelta(microseconds=1))
            case int():
                sent = struct.pack(">q", value)
            case _:
                sent = str(value).encode()
        framed += struct.pack(">i", len(sent)) + sent
    return hashlib.sha256(framed).digest()


def walk(connection: psycopg.Connection) -> tuple[list[int], bool]:
    """The ids in order, and whether every hash, the start and the head agree."""
    rows = connection.execute(
        f"SELECT {COLUMNS}, hash FROM access_records ORDER BY id"  # noqa: S608
    ).fetchall()
    [(start, digest)] = connection.execute("SELECT id, hash FROM access_start").fetchall()
    [head] = connection.execute("SELECT id, hash FROM access_head").fetchall()
    whole = True
    reached = start
    for *columns, stored in rows:
        digest = stranger_digest(digest, tuple(columns))
        whole = whole and digest == stored and columns[0] == reached + 1
        reached = columns[0]
    return [row[0] for row in rows], whole and head == (reached, digest)


def test_the_vector_in_the_papers_holds(database: clusters.Database) -> None:
    row = (
        1, datetime(2026, 11, 24, 14, 41, 7, 123456, tzinfo=UTC), "operator:17", "11740",
        "10.0.0.7", UUID(int=1), "report.read", "report:5", UUID(int=3), "read", UUID(int=5),
        "response", None, None,
    )  # fmt: skip
    vector = "9c7c1abd9755b30e0aae57643c83318832f4d872bcf80ca0a5b86ef847ee21ea"
    assert stranger_digest(bytes(32), row).hex() == vector
    assert vector in (ROOT / "docs" / "proof.md").read_text()
    with psycopg.connect(database.owner_url) as connection:
        computed = connection.execute(
            f"SELECT access_digest(%s, ROW({', '.join(['%s'] * 14)}, NULL)::access_records)",
            (bytes(32), *row),
        )
        assert computed.fetchone() == (bytes.fromhex(vector),)


def test_each_access_is_kept_whole(
    access_log: PostgresAccessLog, superuser: psycopg.Connection, database: clusters.Database
) -> None:
    kim, report = uuid4(), uuid4()
    asked = KIM.model_copy(update={"account": "alice"})
    access_log.record(
        asked,
        subject=kim,
        what="position",
        why="delivery:police",
        kind=AccessKind.PROVISION,
        about=report,
        task=Task.RESPONSE,
        recipient="police",
    )
    with psycopg.connect(database.service_url) as connection:
        row = connection.execute(f"SELECT {COLUMNS} FROM access_records").fetchone()  # noqa: S608
    assert row is not None
    assert row[:1] + row[2:] == (
        1, "operator:17", "11740", "10.0.0.7", kim, "position", "delivery:police", UUID(int=3),
        "provision", report, "response", "police", "alice",
    )  # fmt: skip
    assert walk(superuser) == ([1], True)


def test_the_accesses_of_one_request_are_kept_at_once(
    access_log: PostgresAccessLog, superuser: psycopg.Connection
) -> None:
    access_log.record_all(KIM, [look() for _ in range(20)])
    access_log.record_all(KIM, [])
    access_log.record_all(KIM, [look(what="김하늘? nobody's name")])
    assert walk(superuser) == (list(range(1, 22)), True)


def test_many_at_once_leave_no_gap(
    access_log: PostgresAccessLog, superuser: psycopg.Connection
) -> None:
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: access_log.record_all(KIM, [look()]), range(200)))
    assert walk(superuser) == (list(range(1, 201)), True)


def test_a_record_that_is_refused_leaves_no_gap(
    access_log: PostgresAccessLog, service: Database, superuser: psycopg.Connection
) -> None:
    access_log.record_all(KIM, [look()])
    with service.connection() as connection, pytest.raises(psycopg.errors.NotNullViolation):
        connection.execute(
            "SELECT record_access('x', NULL, NULL, NULL, gen_random_uuid(), '{read,read}',"
            " ARRAY[gen_random_uuid(), NULL], '{a,b}', '{a,b}', '{NULL,NULL}', '{NULL,NULL}',"
            " '{NULL,NULL}')"
        )
    access_log.record_all(KIM, [look()])
    assert walk(superuser) == ([1, 2], True)


@pytest.mark.parametrize("said", ["origin", "replica"])
def test_nobody_changes_an_access_record(
    access_log: PostgresAccessLog, superuser: psycopg.Connection, said: str
) -> None:
    access_log.record_all(KIM, [look()])
    superuser.execute("SELECT set_config('session_replication_role', %s, false)", (said,))
    for change in CHANGES:
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="never changed"):
            superuser.execute(change)


def test_where_nothing_can_be_kept_that_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("infrastructure.database.POOL_WAIT_S", 0.1)
    away = Database("host=127.0.0.1 port=1 dbname=none", application_name="test")
    with pytest.raises(LogUnavailable):
        PostgresAccessLog(away).record_all(KIM, [look()])
    away.close()


FORGERIES = {
    "id": "id + 100",
    "accessed_at": "accessed_at + interval '1 microsecond'",
    "actor": "'operator:18'",
    "district": "NULL",
    "address": "'10.0.0.8'",
    "subject": "gen_random_uuid()",
    "what": "'report.refused'",
    "why": "why || ' '",
    "correlation_id": "gen_random_uuid()",
    "kind": "'refusal'",
    "about": "gen_random_uuid()",
    "task": "''",
    "recipient": "''",
    "account": "''",
    "hash": "sha256(hash)",
}


def test_a_superusers_change_of_any_column_breaks_the_chain(
    access_log: PostgresAccessLog, superuser: psycopg.Connection
) -> None:
    access_log.record_all(KIM, [look() for _ in range(3)])
    superuser.execute("ALTER TABLE access_records DISABLE TRIGGER ALL")
    assert walk(superuser)[1]
    unseen = []
    for column, value in FORGERIES.items():
        for place in (1, 2, 3):
            with superuser.transaction(force_rollback=True):
                superuser.execute(
                    f"UPDATE access_records SET {column} = {value} WHERE id = %s",  # noqa: S608
                    (place,),
                )
                unseen += [(column, place)] if walk(superuser)[1] else []
    assert unseen == []


def test_every_column_is_forged_above() -> None:
    assert [*FORGERIES] == [*COLUMNS.replace(" ", "").split(","), "hash"]


def test_what_is_two_years_old_is_cut_and_the_chain_goes_on(
    access_log: PostgresAccessLog,
    service: Database,
    superuser: psycopg.Connection,
) -> None:
    access_log.record_all(KIM, [look() for _ in range(5)])
    age(superuser, until=3)
    with service.connection() as connection:
        assert connection.execute("SELECT cut_access_records(2)").fetchone() == (2,)
        assert connection.execute("SELECT cut_access_records(9)").fetchone() == (1,)
        assert connection.execute("SELECT cut_access_records(9)").fetchone() == (0,)
    access_log.record_all(KIM, [look()])
    assert walk(superuser) == ([4, 5, 6], True)


def age(superuser: psycopg.Connection, *, until: int) -> None:
    """Put the first records two years back, and chain all anew."""
    superuser.execute("ALTER TABLE access_records DISABLE TRIGGER ALL")
    superuser.execute(
        "UPDATE access_records SET accessed_at = accessed_at - interval '25 months' WHERE id <= %s",
        (until,),
    )
    superuser.execute(
        "DO $$ DECLARE r access_records; h bytea := decode(repeat('00', 32), 'hex'); BEGIN"
        " FOR r IN SELECT * FROM access_records ORDER BY id LOOP"
        " h := access_digest(h, r); UPDATE access_records SET hash = h WHERE id = r.id; END LOOP;"
        " UPDATE access_head SET hash = h; END $$"
    )
    superuser.execute("ALTER TABLE access_records ENABLE ALWAYS TRIGGER access_records_stand")
    superuser.execute("ALTER TABLE access_records ENABLE ALWAYS TRIGGER access_records_stand_row")
