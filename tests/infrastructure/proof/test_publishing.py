"""Witnesses that are away, new, behind, or hold something else."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from application.errors import HistoryRewritten
from infrastructure.embedded.postgres_roles import create_database, grant


@pytest.fixture
def far(tmp_path: Path) -> Path:
    """A share that is not mounted yet."""
    return tmp_path / "share"


@pytest.fixture
def house(new_house, tmp_path, far):
    return new_house(witnesses=f"file:{tmp_path / 'near'},file:{far / 'witness'}")


def standing(house, number: int):
    return house.notary.standings()[number]


def test_a_witness_that_is_away_keeps_nobody_from_sealing(house) -> None:
    house.register()
    assert house.notary.seal("test").number == 1
    house.register()
    assert house.notary.seal("test").number == 2
    near, away = house.notary.standings()
    assert (near.number, near.failing_since, near.trouble) == (2, None, None)
    assert away.number == 0
    assert away.failing_since is not None
    assert away.trouble.startswith("witness_unavailable")
    shown = house.readiness.check()
    assert [(one.lacks, one.trouble is None) for one in shown.sealed.witnesses] == [
        (0, True),
        (2, False),
    ]
    assert not [reason for reason in shown.reasons if "witness" in reason]


def test_it_is_caught_up_in_order_when_it_is_back(house, far) -> None:
    for _ in range(3):
        house.register()
        house.notary.seal("test")
    house.notary.catch_up()
    assert standing(house, 1).number == 0
    far.mkdir()
    house.notary.catch_up()
    assert (standing(house, 1).number, standing(house, 1).trouble) == (3, None)
    near, caught_up = house.witnesses
    for number in (1, 2, 3):
        assert caught_up.get(number) == near.get(number)
    size = near.latest().checkpoint.facts.size
    assert caught_up.leaves("facts", 0, size) == near.leaves("facts", 0, size)


def test_it_is_caught_up_by_the_next_seal_too(house, far) -> None:
    house.register()
    house.notary.seal("test")
    far.mkdir()
    assert house.notary.seal("test") is None
    assert standing(house, 1).number == 1


def test_a_witness_that_is_not_named_any_more_is_forgotten(house, new_house, tmp_path) -> None:
    house.register()
    house.notary.seal("test")
    fewer = new_house(witnesses=f"file:{tmp_path / 'near'}")
    fewer.register()
    fewer.notary.seal("test")
    assert [one.name for one in fewer.notary.standings()] == [f"file:{tmp_path / 'near'}"]


def test_a_witness_of_others_is_said_and_keeps_nobody_from_sealing(house, far) -> None:
    far.mkdir()
    house.register()
    house.notary.seal("test")
    [theirs] = (far / "witness").rglob("*1.json")
    theirs.chmod(0o644)
    theirs.write_text(theirs.read_text().replace("ansim:", "ansim-"))
    house.register()
    assert house.notary.seal("test").number == 2
    assert standing(house, 0).number == 2
    assert standing(house, 1).trouble.startswith("checkpoint_not_trusted")


def test_a_database_that_was_set_back_is_refused(house, new_house, database, cluster) -> None:
    house.register()
    house.notary.seal("test")
    house.close()
    name = f"{database.name}_older"
    with psycopg.connect(cluster.server.url("superuser", "postgres"), autocommit=True) as superuser:
        create_database(superuser, name, template=database.name)
        grant(superuser, name)
        try:
            lived = new_house(witnesses=house.settings.witnesses)
            lived.register()
            lived.notary.seal("test")
            lived.close()
            older = new_house(
                database_url=cluster.server.url("service", name),
                witnesses=house.settings.witnesses,
            )
            older.register(2)
            with pytest.raises(HistoryRewritten, match="set back"):
                older.notary.seal("test")
            (older.signing_keys.key_file.parent / "last.json").unlink()
            with pytest.raises(HistoryRewritten, match="set back, or forged"):
                older.notary.seal("test")
            older.close()
        finally:
            superuser.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def test_a_new_witness_learns_what_the_database_need_not_keep_from_another(
    house, superuser, far
) -> None:
    for _ in range(3):
        house.look()
    house.notary.seal("test")
    house.look()
    house.notary.seal("test")
    superuser.execute(
        "UPDATE access_start SET id = 3, hash = (SELECT hash FROM access_records WHERE id = 3)"
    )
    superuser.execute("DELETE FROM access_records WHERE id <= 3")
    far.mkdir()
    house.notary.catch_up()
    assert standing(house, 1).number == 2
    house.look()
    assert house.notary.seal("test").access.size == 5
