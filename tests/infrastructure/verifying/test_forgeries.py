"""Every forgery of a superuser is found, at its position, and called by its name."""

from __future__ import annotations

import pytest

from infrastructure.log.sealing import Sealer
from infrastructure.verifying.findings import Finding
from infrastructure.verifying.verification import NothingThere
from tests.infrastructure.verifying.conftest import BATCH, FACTS, RECORDS
from tests.infrastructure.verifying.forging import Forger

PLACES = (1, BATCH, BATCH + 1, 20, FACTS)
"""The first, the last of a batch, the first of the next, one in the middle, the last."""
INNER = PLACES[:-1]
CHANGES = {
    "aggregate_id": "gen_random_uuid()",
    "version": "version + 100",
    "topic": "topic || 'x'",
    "schema_version": "schema_version + 1",
    "event_id": "gen_random_uuid()",
    "correlation_id": "gen_random_uuid()",
    "causation_id": "NULL",
    "actor": "'nobody'",
    "occurred_at": "timestamptz 'epoch'",
    "received_at": "received_at + interval '1 microsecond'",
    "recorded_at": "recorded_at - interval '1 microsecond'",
    "open": "open || ' '",
    "sealed": "'\\x00'",
    "hash": "sha256(hash)",
}


CUT = (
    "UPDATE access_start SET id = 5, hash = (SELECT hash FROM access_records WHERE id = 5);"
    " DELETE FROM access_records WHERE id <= 5"
)


def test_the_log_is_whole_as_long_as_nobody_touches_it(forger: Forger) -> None:
    found = forger.verified()
    assert (found.position, found.kind, found.access) == (FACTS, None, RECORDS)
    assert not found.guarded


@pytest.mark.parametrize("place", PLACES)
def test_a_change_of_any_column_is_found(forger: Forger, place: int) -> None:
    for column, value in CHANGES.items():
        with forger.tried():
            forger.change(place, column, value)
            assert forger.judged() == (place, Finding.CHANGED), column


@pytest.mark.parametrize("place", PLACES)
def test_a_row_given_another_position_is_found(forger: Forger, place: int) -> None:
    for position in ("NULL", "-5", "position + 1000"):
        with forger.tried():
            forger.run("ALTER TABLE events ALTER COLUMN position DROP NOT NULL")
            forger.change(place, "position", position)
            expected = (-5, Finding.INSERTED) if position == "-5" else (place, Finding.REORDERED)
            assert forger.judged() == expected, position


@pytest.mark.parametrize("place", INNER)
def test_a_removed_row_is_found(forger: Forger, place: int) -> None:
    forger.remove(place)
    assert forger.judged() == (place, Finding.REMOVED)


@pytest.mark.parametrize("place", INNER)
@pytest.mark.parametrize("rows", [1, 3])
def test_removed_rows_are_found_where_the_others_moved_up(
    forger: Forger, place: int, rows: int
) -> None:
    forger.remove(place, place + rows - 1)
    forger.move(place, -rows)
    forger.run("UPDATE log_head SET position = position - %s", (rows,))
    assert forger.judged() == (place, Finding.REMOVED)


@pytest.mark.parametrize("kept", [0, 1, BATCH, 20, FACTS - 1])
def test_a_cut_tail_is_found(forger: Forger, kept: int) -> None:
    forger.remove(kept + 1, FACTS)
    assert forger.judged() == (kept + 1, Finding.TRUNCATED)


@pytest.mark.parametrize("place", PLACES)
def test_a_row_put_between_others_is_found(forger: Forger, place: int) -> None:
    forger.move(place, 1)
    forger.put(place, of=FACTS // 2 + 3)
    assert forger.judged() == (place, Finding.INSERTED)
    with forger.tried():
        forger.run("UPDATE log_head SET position = position + 1")
        assert forger.judged() == (place, Finding.INSERTED)


@pytest.mark.parametrize("place", PLACES)
def test_a_second_row_with_the_same_position_is_found(forger: Forger, place: int) -> None:
    forger.put(place, of=place)
    assert forger.judged() == (place, Finding.INSERTED)


@pytest.mark.parametrize("place", [-3, 0, FACTS + 1, FACTS + 900])
def test_a_row_outside_the_log_is_found(forger: Forger, place: int) -> None:
    forger.put(place, of=1)
    assert forger.judged() == (place, Finding.INSERTED)


@pytest.mark.parametrize(
    ("one", "other"), [(1, 2), (1, FACTS), (BATCH, BATCH + 1), (5, 30), (FACTS - 1, FACTS)]
)
def test_two_swapped_rows_are_found(forger: Forger, one: int, other: int) -> None:
    forger.swap(one, other)
    assert forger.judged() == (one, Finding.SWAPPED)


@pytest.mark.parametrize(("one", "other"), [(1, 2), (BATCH, BATCH + 1), (5, FACTS)])
def test_swapped_contents_are_found_though_the_hashes_stand(
    forger: Forger, one: int, other: int
) -> None:
    first, second = (
        forger.run("SELECT hash FROM events WHERE position = %s", (place,)).fetchone()
        for place in (one, other)
    )
    forger.swap(one, other)
    forger.run("UPDATE events SET hash = %s WHERE position = %s", (*first, one))
    forger.run("UPDATE events SET hash = %s WHERE position = %s", (*second, other))
    assert forger.judged() == (one, Finding.SWAPPED)


@pytest.mark.parametrize(("first", "last"), [(1, 3), (BATCH, BATCH + 4), (30, FACTS)])
@pytest.mark.parametrize("by", [1, -1])
def test_rows_that_were_moved_round_are_found(
    forger: Forger, first: int, last: int, by: int
) -> None:
    count = last - first + 1
    forger.run(
        "UPDATE events SET position = %(first)s + (position - %(first)s + %(by)s + %(count)s)"
        " %% %(count)s WHERE position BETWEEN %(first)s AND %(last)s",
        {"first": first, "last": last, "by": by, "count": count},
    )
    assert forger.judged() == (first, Finding.REORDERED)


@pytest.mark.parametrize(("source", "target"), [(3, 21), (21, 3), (8, 9), (40, 1)])
def test_a_sealed_part_moved_to_another_row_is_found(
    forger: Forger, source: int, target: int
) -> None:
    sealed = "(SELECT sealed FROM events e WHERE e.position = {})"
    forger.change(target, "sealed", sealed.format(source))
    assert forger.judged() == (target, Finding.SEAL_MOVED)


def test_two_exchanged_sealed_parts_are_found(forger: Forger) -> None:
    forger.run(
        "UPDATE events e SET sealed = o.sealed FROM events o"
        " WHERE (e.position, o.position) IN ((8, 21), (21, 8))"
    )
    assert forger.judged() == (8, Finding.SEAL_MOVED)


def test_a_moved_seal_is_found_by_its_associated_data_in_a_chain_computed_again(
    forger: Forger, key_ring
) -> None:
    sealed = "(SELECT sealed FROM events e WHERE e.position = 3)"
    forger.change(21, "sealed", sealed)
    forger.chain_again()
    assert forger.judged() == (FACTS, None)
    found = forger.verified(opener=lambda: Sealer(key_ring))
    assert (found.position, found.kind) == (21, Finding.SEAL_MOVED)
    assert found.seals.opened == 4


def test_versions_must_follow_positions_even_in_a_chain_computed_again(forger: Forger) -> None:
    forger.swap(22, 23)
    forger.chain_again()
    assert forger.judged() == (22, Finding.REORDERED)


def test_time_must_not_run_backwards_even_in_a_chain_computed_again(forger: Forger) -> None:
    forger.change(20, "recorded_at", "timestamptz '1990-01-01'")
    forger.chain_again()
    assert forger.judged() == (20, Finding.BACKDATED)


@pytest.mark.parametrize(
    "forgery",
    [
        "UPDATE log_head SET position = position - 1",
        "UPDATE log_head SET position = 0",
        "UPDATE log_head SET position = position + 1",
        "UPDATE log_head SET hash = sha256(hash)",
        "UPDATE log_head SET recorded_at = recorded_at + interval '1 microsecond'",
        "UPDATE log_head SET recorded_at = 'infinity'",
        "UPDATE log_head SET single = false",
        "DELETE FROM log_head",
        "INSERT INTO log_head SELECT * FROM log_head",
        "DROP TABLE log_head",
    ],
)
def test_a_changed_head_is_found(forger: Forger, forgery: str) -> None:
    forger.run(forgery)
    assert forger.judged() == (FACTS, Finding.HEAD)


@pytest.mark.parametrize(
    "forgery",
    [
        "DROP TABLE events CASCADE",
        "ALTER TABLE events RENAME TO kept; CREATE VIEW events AS SELECT * FROM kept",
        "CREATE SCHEMA ansim_service; CREATE TABLE ansim_service.events (LIKE events)",
        "DROP VIEW events_readable; ALTER TABLE events ALTER COLUMN open TYPE varchar",
        "DROP VIEW events_readable; ALTER TABLE events ALTER COLUMN position TYPE int",
        "ALTER TABLE events ADD COLUMN more text",
        "ALTER TABLE events ENABLE ROW LEVEL SECURITY",
        "CREATE TABLE child () INHERITS (events)",
        "CREATE RULE quiet AS ON DELETE TO events DO INSTEAD NOTHING",
    ],
)
def test_a_table_that_is_not_what_it_was_is_found(forger: Forger, forgery: str) -> None:
    forger.run(forgery)
    assert forger.judged() == (1, Finding.SHAPE)


@pytest.mark.parametrize("place", [1, BATCH, RECORDS])
def test_a_changed_access_record_is_found(forger: Forger, place: int) -> None:
    changes = {
        "id": ("id + 1000", Finding.ACCESS_REORDERED),
        "accessed_at": ("accessed_at - interval '1 day'", Finding.ACCESS_CHANGED),
        "recipient": ("''", Finding.ACCESS_CHANGED),
        "subject": ("gen_random_uuid()", Finding.ACCESS_CHANGED),
        "account": ("'root'", Finding.ACCESS_CHANGED),
        "hash": ("sha256(hash)", Finding.ACCESS_CHANGED),
    }
    for column, (value, kind) in changes.items():
        with forger.tried():
            forger.change_record(place, column, value)
            assert forger.judged() == (place, kind), column


@pytest.mark.parametrize(
    ("forgery", "place", "kind"),
    [
        ("DELETE FROM access_records WHERE id = 7", 7, Finding.ACCESS_REMOVED),
        ("DELETE FROM access_records WHERE id > 7", 8, Finding.ACCESS_TRUNCATED),
        ("UPDATE access_head SET hash = sha256(hash)", RECORDS, Finding.ACCESS_HEAD),
        ("DELETE FROM access_head", RECORDS, Finding.ACCESS_HEAD),
        ("DELETE FROM access_start", 0, Finding.ACCESS_HEAD),
        ("DROP TABLE access_records CASCADE", 1, Finding.ACCESS_SHAPE),
        ("UPDATE access_records SET id = 9 - id WHERE id IN (4, 5)", 4, Finding.ACCESS_SWAPPED),
        (
            CUT,
            1,
            Finding.ACCESS_REMOVED,
        ),
    ],
)
def test_a_forged_access_chain_is_found(
    forger: Forger, forgery: str, place: int, kind: Finding
) -> None:
    forger.run(forgery)
    assert forger.judged() == (place, kind)


def test_both_chains_are_told_of_when_both_are_bad(forger: Forger) -> None:
    forger.remove(9)
    forger.run("DELETE FROM access_records WHERE id = 3")
    found = forger.verified()
    assert (found.position, found.kind) == (9, Finding.REMOVED)
    assert [(one.position, one.kind) for one in found.also] == [(3, Finding.ACCESS_REMOVED)]


@pytest.mark.parametrize("first", [2, BATCH + 1, FACTS])
def test_a_walk_from_a_position_finds_what_lies_behind_it(forger: Forger, first: int) -> None:
    assert forger.judged(first=first) == (FACTS, None)
    forger.change(first, "actor", "'nobody'")
    assert forger.judged(first=first) == (first, Finding.CHANGED)


def test_a_walk_from_beyond_the_end_is_refused(forger: Forger) -> None:
    with pytest.raises(NothingThere, match="40 facts"):
        forger.verified(first=FACTS + 1)
