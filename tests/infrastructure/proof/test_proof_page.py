"""The vectors of docs/proof.md are what the code computes: a stranger may rely on them."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from domain.checkpoint import Checkpoint, key_id_of
from domain.merkle import Tree, leaf_hash, root
from infrastructure.proof.trusted import endorsed
from tests.architecture.tree import ROOT

PAGE = (ROOT / "docs" / "proof.md").read_text()
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw()
LEAVES = [leaf_hash(sha256(bytes([number])).digest()) for number in range(5)]


def section(name: str) -> str:
    [found] = re.findall(rf"^## {name}$(.*?)(?=^## )", PAGE, re.MULTILINE | re.DOTALL)
    return found


def test_the_tree() -> None:
    tree = Tree(LEAVES)
    told = re.findall(r"[0-9a-f]{64}", section("Merkle trees"))
    assert told == [
        one.hex()
        for one in (
            tree.root(),
            root(LEAVES[:3]),
            *tree.inclusion_proof(3),
            *tree.consistency_proof(3),
        )
    ]


def test_the_checkpoint() -> None:
    text = section("Checkpoints")
    [canonical] = re.findall(r"^\{.*\}$", text, re.MULTILINE)
    checkpoint = Checkpoint.parse(canonical.encode())
    assert checkpoint.key_id == key_id_of(PUBLIC)
    assert checkpoint.facts.root == Tree(LEAVES).root().hex()
    alone = re.findall(r"^[0-9a-f]{64,}$", text, re.MULTILINE)
    assert alone == [PUBLIC.hex(), checkpoint.digest(), KEY.sign(canonical.encode()).hex()]


def test_the_endorsement() -> None:
    text = section("Keys")
    new = Ed25519PrivateKey.from_private_bytes(bytes(range(32, 64))).public_key()
    since = datetime(2026, 11, 23, tzinfo=UTC)
    content = endorsed(
        new.public_bytes_raw(), by=key_id_of(PUBLIC), origin="ansim:test", since=since
    )
    assert f"\n{content.decode()}\n" in text
    assert f"\n{KEY.sign(content).hex()}\n" in text
