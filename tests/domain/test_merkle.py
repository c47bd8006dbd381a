"""Merkle trees against the definitions of RFC 9162 and known vectors."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.merkle import (
    EMPTY_ROOT,
    Frontier,
    Tree,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root,
    verify_consistency,
    verify_inclusion,
)

# The inputs and roots by which implementations of certificate transparency are compared.
INPUTS = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)

sizes = st.integers(min_value=1, max_value=130)


def leaves(count: int) -> list[bytes]:
    return [leaf_hash(number.to_bytes(4, "big")) for number in range(count)]


def defined_root(of: list[bytes]) -> bytes:
    """MTH of section 2.1.1, word by word."""
    if not of:
        return sha256(b"").digest()
    if len(of) == 1:
        return of[0]
    k = 1
    while k * 2 < len(of):
        k *= 2
    return node_hash(defined_root(of[:k]), defined_root(of[k:]))


@pytest.mark.parametrize("size", range(1, 9))
def test_the_known_vectors_have_their_known_roots(size):
    assert root(leaf_hash(data) for data in INPUTS[:size]).hex() == ROOTS[size - 1]


def test_the_empty_tree_has_the_hash_of_nothing():
    assert root([]) == Tree([]).root() == Frontier().root() == EMPTY_ROOT == sha256().digest()


@given(sizes)
def test_frontier_and_tree_have_the_root_of_the_definition(size):
    assert root(leaves(size)) == Tree(leaves(size)).root() == defined_root(leaves(size))


@given(sizes, st.integers(min_value=0, max_value=130))
def test_a_frontier_goes_on_from_its_peaks(size, before):
    before = min(before, size)
    first = Frontier()
    first.extend(leaves(size)[:before])
    second = Frontier(first.size, first.peaks)
    second.extend(leaves(size)[before:])
    assert (second.size, second.root()) == (size, root(leaves(size)))


def test_a_frontier_with_too_few_peaks_is_refused():
    with pytest.raises(ValueError, match="3 leaves has 2 peaks"):
        Frontier(3, [EMPTY_ROOT])


@given(sizes, st.data())
def test_a_leaf_is_proven_at_its_place_and_nowhere_else(size, data):
    index = data.draw(st.integers(min_value=0, max_value=size - 1))
    other = data.draw(st.integers(min_value=0, max_value=size - 1))
    tree, all_leaves = Tree(leaves(size)), leaves(size)
    proof = inclusion_proof(index, all_leaves)
    assert verify_inclusion(all_leaves[index], index, size, proof, tree.root())
    assert verify_inclusion(all_leaves[index], other, size, proof, tree.root()) == (other == index)


@given(sizes, st.data())
def test_a_flipped_bit_fails_a_proof_of_inclusion(size, data):
    index = data.draw(st.integers(min_value=0, max_value=size - 1))
    tree = Tree(leaves(size))
    parts = [leaves(size)[index], tree.root(), *tree.inclusion_proof(index)]
    leaf, top, *proof = flipped(parts, data)
    assert not verify_inclusion(leaf, index, size, proof, top)


@given(sizes, st.data())
def test_an_older_tree_is_proven_to_begin_the_newer(size, data):
    old = data.draw(st.integers(min_value=0, max_value=size))
    all_leaves = leaves(size)
    proof = consistency_proof(old, all_leaves)
    assert verify_consistency(old, root(all_leaves[:old]), size, root(all_leaves), proof)


@given(st.integers(min_value=2, max_value=130), st.data())
def test_a_flipped_bit_fails_a_proof_of_consistency(size, data):
    old = data.draw(st.integers(min_value=1, max_value=size - 1))
    all_leaves = leaves(size)
    parts = [root(all_leaves[:old]), root(all_leaves), *consistency_proof(old, all_leaves)]
    older, newer, *proof = flipped(parts, data)
    assert not verify_consistency(old, older, size, newer, proof)


@given(st.integers(min_value=2, max_value=130), st.data())
def test_a_rewritten_past_has_no_proof_of_consistency(size, data):
    old = data.draw(st.integers(min_value=1, max_value=size - 1))
    honest, forged = leaves(size), leaves(size)
    forged[data.draw(st.integers(min_value=0, max_value=old - 1))] = leaf_hash(b"forged")
    proof = consistency_proof(old, forged)
    assert not verify_consistency(old, root(honest[:old]), size, root(forged), proof)


def test_proofs_that_are_too_short_or_too_long_are_refused():
    tree, all_leaves = Tree(leaves(7)), leaves(7)
    for proof in (tree.inclusion_proof(3)[:-1], [*tree.inclusion_proof(3), EMPTY_ROOT]):
        assert not verify_inclusion(all_leaves[3], 3, 7, proof, tree.root())
    old_root = root(all_leaves[:3])
    for proof in ([], tree.consistency_proof(3)[:-1], [*tree.consistency_proof(3), EMPTY_ROOT]):
        assert not verify_consistency(3, old_root, 7, tree.root(), proof)
    assert not verify_consistency(8, old_root, 7, tree.root(), [])
    assert not verify_consistency(4, root(all_leaves[:4]), 7, tree.root(), [])


def test_there_is_no_proof_of_what_the_tree_has_not():
    with pytest.raises(IndexError, match="no leaf 7"):
        Tree(leaves(7)).inclusion_proof(7)
    with pytest.raises(IndexError, match="never had 8"):
        Tree(leaves(7)).consistency_proof(8)
    assert not verify_inclusion(leaves(7)[0], 7, 7, [], root(leaves(7)))


def flipped(parts: list[bytes], data: st.DataObject) -> list[bytes]:
    """The same hashes with one bit turned somewhere."""
    which = data.draw(st.integers(min_value=0, max_value=len(parts) - 1))
    bit = data.draw(st.integers(min_value=0, max_value=255))
    spoiled = bytearray(parts[which])
    spoiled[bit // 8] ^= 1 << bit % 8
    return [*parts[:which], bytes(spoiled), *parts[which + 1 :]]
