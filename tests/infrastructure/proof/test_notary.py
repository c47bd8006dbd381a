"""What the notary seals, when it refuses, and how witnesses are told."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from application.errors import CheckpointKeyLost, HistoryRewritten
from domain.checkpoint import NOTHING
from domain.merkle import EMPTY_ROOT, HASH_BYTES, leaf_hash, root, verify_inclusion

LEAVES = "SELECT hash FROM events ORDER BY position"


def leaves(house) -> list[bytes]:
    with house.database.connection() as connection:
        return [bytes(found) for (found,) in connection.execute(LEAVES).fetchall()]


def test_the_first_checkpoint_covers_all_facts(house) -> None:
    house.register(3)
    sealed = house.notary.seal("test")
    assert (sealed.number, sealed.previous, sealed.facts.size) == (1, NOTHING, house.head)
    assert sealed.facts.root == root(map(leaf_hash, leaves(house))).hex()
    assert sealed.facts.head == leaves(house)[-1].hex()
    assert (sealed.access.size, sealed.access.root) == (0, EMPTY_ROOT.hex())
    assert house.signing_keys.trusted().check(house.notary.latest()) == sealed


def test_a_next_one_grows_from_the_one_before(house, new_house) -> None:
    house.register()
    first = house.notary.seal("test")
    house.register(2)
    house.look()
    second = new_house().notary.seal("test")
    assert (second.number, second.previous) == (2, first.digest())
    assert second.facts.root == root(map(leaf_hash, leaves(house))).hex()
    assert (second.access.size, second.sealed_at >= first.sealed_at) == (1, True)


def test_nothing_new_is_not_sealed_again(house) -> None:
    assert house.notary.seal("test") is None
    house.register()
    assert house.notary.seal("test") is not None
    assert house.notary.seal("test") is None
    house.look()
    assert house.notary.seal("test") is not None


def test_several_at_once_seal_once(house, new_house) -> None:
    house.register()
    houses = [new_house() for _ in range(3)]
    with ThreadPoolExecutor(3) as pool:
        sealed = list(pool.map(lambda one: one.notary.seal("test"), houses))
    assert len([one for one in sealed if one is not None]) == 1
    assert house.notary.latest().checkpoint.number == 1


def test_a_fact_is_covered_by_the_oldest_checkpoint_that_has_it(house) -> None:
    house.register()
    first = house.notary.seal("test")
    house.register()
    second = house.notary.seal("test")
    assert house.notary.covering(first.facts.size).checkpoint == first
    assert house.notary.covering(first.facts.size + 1).checkpoint == second
    assert house.notary.covering(second.facts.size + 1) is None


def test_the_tree_proves_each_fact(house) -> None:
    house.register(5)
    sealed = house.notary.seal("test")
    tree = house.notary.facts_tree(sealed.facts.size)
    assert tree.root().hex() == sealed.facts.root
    for index, data in enumerate(leaves(house)):
        proof = tree.inclusion_proof(index)
        assert verify_inclusion(leaf_hash(data), index, tree.size, proof, tree.root())


def test_the_witness_holds_every_leaf(house) -> None:
    house.register(3)
    house.notary.seal("test")
    house.register(3)
    house.look()
    last = house.notary.seal("test")
    [witness] = house.witnesses
    assert witness.latest() == house.notary.latest()
    assert witness.leaves("facts", 0, last.facts.size) == b"".join(leaves(house))
    assert witness.leaves("facts", 2, 3) == b"".join(leaves(house)[2:5])
    assert len(witness.leaves("access", 0, 10)) == HASH_BYTES


@pytest.mark.parametrize(
    "forgery",
    [
        "UPDATE events SET hash = sha256(hash) WHERE position = (SELECT max(position) FROM events)",
        "DELETE FROM events WHERE position = (SELECT max(position) FROM events)",
        "TRUNCATE events",
        "UPDATE log_head SET position = 1",
        "DELETE FROM log_head",
        "DELETE FROM checkpoints",
        "UPDATE checkpoints SET peaks = sha256(peaks)",
        "UPDATE checkpoints SET signature = sha512(signature)",
        "UPDATE checkpoints SET canonical = sha256(canonical)",
        "UPDATE access_records SET hash = sha256(hash)",
        "DELETE FROM access_records",
    ],
)
def test_what_was_rewritten_is_not_sealed(house, superuser, forgery) -> None:
    house.register(2)
    house.look()
    sealed = house.notary.seal("test")
    superuser.execute(forgery.encode())
    with pytest.raises(HistoryRewritten):
        house.notary.seal("test")
    [witness] = house.witnesses
    assert witness.latest().checkpoint == sealed


@pytest.mark.parametrize(
    "forgery",
    [
        "UPDATE events SET actor = 'nobody' WHERE position = 3",
        "UPDATE events SET position = 99 WHERE position = 3",
        "DELETE FROM events WHERE position = 3",
        "UPDATE log_head SET hash = sha256(hash)",
    ],
)
def test_new_rows_that_do_not_follow_are_not_sealed(house, superuser, forgery) -> None:
    house.register(1)
    house.notary.seal("test")
    house.register(3)
    superuser.execute(forgery.encode())
    with pytest.raises(HistoryRewritten):
        house.notary.seal("test")


def test_an_older_database_is_not_sealed_again_though_the_machine_forgot(
    house, new_house, superuser
) -> None:
    house.register()
    house.notary.seal("test")
    house.register()
    house.notary.seal("test")
    superuser.execute("DELETE FROM checkpoints WHERE number = 2")
    (house.signing_keys.key_file.parent / "last.json").unlink()
    with pytest.raises(HistoryRewritten, match="set back, or forged"):
        new_house().notary.seal("test")


def test_a_second_machine_with_the_same_keys_goes_on(house, new_house) -> None:
    house.register()
    house.notary.seal("test")
    other = new_house("other", checkpoint_key_file=None)
    other.signing_keys.key_file.parent.mkdir(parents=True)
    for name in ("current.pem", "trusted.json"):
        source = house.signing_keys.key_file.parent / name
        (other.signing_keys.key_file.parent / name).write_bytes(source.read_bytes())
    other.register()
    assert other.notary.seal("test").number == 2
    house.register()
    assert house.notary.seal("test").number == 3


def test_a_machine_with_other_keys_seals_nothing(house, new_house) -> None:
    house.register()
    house.notary.seal("test")
    house.register()
    with pytest.raises(CheckpointKeyLost):
        new_house("stranger").notary.seal("test")


def test_a_lost_key_is_said_and_nothing_is_made_up(house) -> None:
    house.register()
    house.notary.seal("test")
    house.register()
    house.signing_keys.key_file.unlink()
    with pytest.raises(CheckpointKeyLost, match=r"current\.pem"):
        house.notary.seal("test")
    assert not house.signing_keys.key_file.exists()
