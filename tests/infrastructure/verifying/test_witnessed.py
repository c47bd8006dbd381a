"""What nobody finds in a chain that was computed again, a witness and a signature find."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from application.errors import CheckpointKeyLost
from domain.checkpoint import NOTHING, Checkpoint, SignedCheckpoint, TreeHead
from domain.merkle import HASH_BYTES, leaf_hash, root
from infrastructure.proof.folder_witness import FolderWitness
from infrastructure.proof.signing_keys import SigningKeys
from infrastructure.verifying.claims import remembered
from infrastructure.verifying.findings import Finding
from infrastructure.verifying.testimony import heard
from tests.infrastructure.verifying.conftest import BATCH, FACTS, RECORDS
from tests.infrastructure.verifying.forging import Forger

PLACES = (1, BATCH, BATCH + 1, 20, FACTS)


class Sealing:
    """Keys, a witness, and what is published to it."""

    def __init__(self, folder: Path, forger: Forger) -> None:
        self.keys = SigningKeys(folder / "keys")
        self.keys.make()
        self.witness = FolderWitness(folder / "witness")
        self._forger = forger

    def seal(self, facts: int, access: int, *, keys: SigningKeys | None = None) -> SignedCheckpoint:
        """Sign what stands up to there now, and publish it."""
        last = self.witness.latest()
        before = last.checkpoint if last else None
        leaves = self._leaves("events ORDER BY position", facts)
        records = self._leaves("access_records ORDER BY id", access)
        checkpoint = Checkpoint(
            origin=self.keys.trusted().origin,
            number=before.number + 1 if before else 1,
            previous=before.digest() if before else NOTHING,
            sealed_at=datetime.now(UTC),
            facts=_head(leaves),
            access=_head(records),
            key_id=(keys or self.keys).current().key_id,
        )
        signed = (keys or self.keys).sign(checkpoint)
        self.witness.publish(
            signed,
            leaves[(before.facts.size if before else 0) * HASH_BYTES :],
            records[(before.access.size if before else 0) * HASH_BYTES :],
        )
        return signed

    def told(self, keys: SigningKeys | None = None):
        return {
            "told": (heard(self.witness, (keys or self.keys).trusted()),),
            "trusted": self.keys.trusted(),
        }

    def _leaves(self, rows: str, count: int) -> bytes:
        query = f"SELECT hash FROM {rows} LIMIT %s"  # noqa: S608
        return b"".join(bytes(one) for (one,) in self._forger.run(query, (count,)).fetchall())


def _head(leaves: bytes) -> TreeHead:
    split = [leaves[at : at + HASH_BYTES] for at in range(0, len(leaves), HASH_BYTES)]
    return TreeHead(
        size=len(split),
        root=root(leaf_hash(one) for one in split).hex(),
        head=split[-1].hex() if split else NOTHING,
    )


@pytest.fixture
def sealing(tmp_path: Path, forger: Forger) -> Sealing:
    sealing = Sealing(tmp_path, forger)
    sealing.seal(12, 5)
    sealing.seal(FACTS, RECORDS)
    return sealing


def test_checkpoints_agree_with_the_log_as_long_as_nobody_touches_it(
    forger: Forger, sealing: Sealing
) -> None:
    found = forger.verified(**sealing.told())
    assert (found.position, found.kind) == (FACTS, None)
    assert (found.checkpoints, found.witnessed) == (2, FACTS)
    assert found.witnesses == (sealing.witness.name,)


@pytest.mark.parametrize("place", PLACES)
def test_a_chain_computed_again_is_found_at_its_first_forged_row(
    forger: Forger, sealing: Sealing, place: int
) -> None:
    forger.change(place, "open", "'{}'")
    forger.chain_again()
    assert forger.judged() == (FACTS, None)
    assert forger.judged(**sealing.told()) == (place, Finding.FORGED)


@pytest.mark.parametrize("place", [1, 20, FACTS - 1])
def test_a_row_taken_out_of_a_chain_computed_again_is_found(
    forger: Forger, sealing: Sealing, place: int
) -> None:
    forger.remove(place)
    forger.move(place, -1)
    forger.chain_again()
    found = forger.verified(**sealing.told())
    assert (found.position, found.kind) == (place, Finding.FORGED)


@pytest.mark.parametrize("kept", [0, BATCH, 13, FACTS - 1])
def test_a_tail_cut_with_its_head_is_found_by_the_witness(
    forger: Forger, sealing: Sealing, kept: int
) -> None:
    forger.remove(kept + 1, FACTS)
    forger.run("UPDATE log_head SET position = 0, hash = %s, recorded_at = 'epoch'", (bytes(32),))
    if kept:
        forger.chain_again()
    assert forger.judged() == (kept, None)
    assert forger.judged(**sealing.told()) == (kept + 1, Finding.TRUNCATED)


@pytest.mark.parametrize("place", [1, 6, RECORDS])
def test_access_records_chained_again_are_found(
    forger: Forger, sealing: Sealing, place: int
) -> None:
    forger.change_record(place, "actor", "'nobody'")
    forger.chain_access_again()
    assert forger.judged() == (FACTS, None)
    assert forger.judged(**sealing.told()) == (place, Finding.ACCESS_FORGED)


def test_access_records_cut_with_their_head_are_found(forger: Forger, sealing: Sealing) -> None:
    forger.run("DELETE FROM access_records WHERE id > 15")
    forger.chain_access_again()
    assert forger.judged(**sealing.told()) == (16, Finding.ACCESS_TRUNCATED)


def test_a_start_moved_to_hide_records_does_not_fit_the_witness(
    forger: Forger, sealing: Sealing
) -> None:
    forger.run("UPDATE access_start SET id = 5, hash = sha256(hash)")
    forger.run("DELETE FROM access_records WHERE id <= 5")
    assert forger.verified(**sealing.told()).kind is not None


def test_what_was_forged_and_signed_by_a_stranger_is_found(
    forger: Forger, sealing: Sealing, tmp_path: Path
) -> None:
    foreign = SigningKeys(tmp_path / "foreign")
    foreign.make()
    other = Sealing(tmp_path / "other", forger)
    forger.change(20, "open", "'{}'")
    forger.chain_again()
    other.seal(FACTS, RECORDS, keys=foreign)
    told = heard(other.witness, sealing.keys.trusted())
    assert forger.judged(told=(told,)) == (1, Finding.FORGED)


def test_a_checkpoint_of_nobodys_after_a_good_one_is_found_where_it_begins(
    forger: Forger, sealing: Sealing, tmp_path: Path
) -> None:
    foreign = SigningKeys(tmp_path / "foreign")
    foreign.make()
    kept = FolderWitness(tmp_path / "kept")
    sealing.witness = kept
    sealing.seal(12, 5)
    sealing.seal(FACTS, RECORDS, keys=foreign)
    assert forger.judged(**sealing.told()) == (13, Finding.FORGED)


def test_a_witness_whose_own_hashes_were_changed_is_told_from_a_forged_log(
    forger: Forger, sealing: Sealing, tmp_path: Path
) -> None:
    file = tmp_path / "witness" / "0" / "000000000002.facts"
    file.chmod(0o600)
    held = bytearray(file.read_bytes())
    held[40] ^= 1
    file.write_bytes(held)
    assert forger.judged(**sealing.told()) == (14, Finding.WITNESS)
    forger.change(30, "open", "'{}'")
    forger.chain_again()
    assert forger.judged(**sealing.told()) == (14, Finding.FORGED)


def test_signatures_speak_where_the_witness_is_gone(
    forger: Forger, sealing: Sealing, tmp_path: Path
) -> None:
    trusted = sealing.keys.trusted()
    (tmp_path / "last.json").write_bytes(sealing.seal(FACTS, RECORDS).to_json())
    memory = {"remembered": tmp_path / "last.json", "trusted": trusted}
    assert remembered(tmp_path / "last.json", trusted, beyond=0).checkpoints
    assert forger.judged(**memory) == (FACTS, None)
    for number in (1, 2):
        signed = sealing.witness.get(number)
        assert signed is not None
        one = signed.checkpoint
        forger.run(
            "INSERT INTO checkpoints VALUES (%s, %s, %s, %s, 'test', %s, %s, %s, '')",
            (
                number, one.facts.size, one.access.size, one.sealed_at,
                signed.canonical, signed.signature, signed.public_key,
            ),
        )  # fmt: skip
    forger.change(20, "open", "'{}'")
    forger.chain_again()
    assert forger.judged(trusted=trusted) == (13, Finding.FORGED)
    assert forger.judged(**memory) == (1, Finding.FORGED)


def test_a_walk_from_a_position_compares_the_row_before_with_the_witness(
    forger: Forger, sealing: Sealing
) -> None:
    assert forger.judged(first=20, **sealing.told()) == (FACTS, None)
    forger.change(5, "open", "'{}'")
    forger.chain_again()
    assert forger.judged(first=20, **sealing.told()) == (19, Finding.FORGED)


def test_rows_that_a_signature_covers_need_no_keys(forger: Forger, sealing: Sealing) -> None:
    def no_keys():
        raise AssertionError("asked for")

    assert forger.judged(opener=no_keys, **sealing.told()) == (FACTS, None)


def test_checkpoints_without_a_list_of_trusted_keys_prove_nothing(sealing: Sealing) -> None:
    with pytest.raises(CheckpointKeyLost, match=r"trusted\.json"):
        heard(sealing.witness, None)
