"""A checkpoint has one form, and nothing else is read as one."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.checkpoint import (
    NOTHING,
    Checkpoint,
    NotACheckpoint,
    SignedCheckpoint,
    TreeHead,
    key_id_of,
)
from domain.merkle import EMPTY_ROOT

KEY = bytes(range(32))
CHECKPOINT = Checkpoint(
    origin="ansim:test",
    number=1,
    previous=NOTHING,
    sealed_at=datetime(2026, 11, 22, 3, 0, 0, 5, UTC),
    facts=TreeHead(size=2, root="ab" * 32, head="cd" * 32),
    access=TreeHead(size=0, root=EMPTY_ROOT.hex(), head=NOTHING),
    key_id=key_id_of(KEY),
)
# The vector of docs/proof.md.
CANONICAL = (
    b'{"access":{"head":"0000000000000000000000000000000000000000000000000000000000000000",'
    b'"root":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","size":0},'
    b'"facts":{"head":"cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd",'
    b'"root":"abababababababababababababababababababababababababababababababab","size":2},'
    b'"format":"ansim-checkpoint-1","key_id":"630dcd2966c43366","number":1,"origin":"ansim:test",'
    b'"previous":"0000000000000000000000000000000000000000000000000000000000000000",'
    b'"sealed_at":"2026-11-22T03:00:00.000005Z"}'
)


def test_a_checkpoint_is_written_in_one_form():
    assert CHECKPOINT.canonical() == CANONICAL
    assert Checkpoint.parse(CANONICAL) == CHECKPOINT
    assert CHECKPOINT.digest() == sha256(CANONICAL).hexdigest()


def test_a_moment_of_another_zone_is_written_in_utc():
    seoul = datetime.fromisoformat("2026-11-22T12:00:00.000005+09:00")
    assert CHECKPOINT.model_copy(update={}).canonical() == CANONICAL
    again = Checkpoint.model_validate(CHECKPOINT.model_dump() | {"sealed_at": seoul})
    assert again.canonical() == CANONICAL


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'","', b'", "'),
        (b'"number":1', b'"number":1.0'),
        (b'"number":1', b'"number":"1"'),
        (b'"number":1', b'"number":true'),
        (b'"number":1', b'"number":0'),
        (b'"number":1', b'"number":1,"number":1'),
        (b'"number":1', b'"number":1,"more":1'),
        (b'"size":2', b'"size":-1'),
        (b'"size":2', b'"size":NaN'),
        (b"ansim-checkpoint-1", b"ansim-checkpoint-2"),
        (b'"format":"ansim-checkpoint-1",', b""),
        (b"cdcd", b"CDCD"),
        (b"cdcd", b"cd"),
        (b"000005Z", b"000005+00:00"),
        (b"000005Z", b"5Z"),
        (b"2026-11-22", b"2026-13-22"),
        (b"ansim:test", b"ansim test"),
        (b"ansim:test", b"\\u0061nsim:test"),
        (b"ansim:test", b"\xff"),
        (b"630dcd2966c43366", b"630dcd2966c4336"),
        (b"}", b"}\n"),
        (b"{", b"["),
    ],
)
def test_anything_else_is_refused(old, new):
    other = CANONICAL.replace(old, new)
    assert other != CANONICAL
    with pytest.raises(NotACheckpoint):
        Checkpoint.parse(other)


@given(st.binary(max_size=100) | st.just(b"[" * 100_000))
def test_noise_is_no_checkpoint(noise):
    with pytest.raises(NotACheckpoint):
        Checkpoint.parse(noise)
    with pytest.raises(NotACheckpoint):
        SignedCheckpoint.from_json(noise)


def test_a_moment_without_zone_is_refused():
    with pytest.raises(ValidationError, match="zone"):
        Checkpoint.model_validate(
            CHECKPOINT.model_dump() | {"sealed_at": datetime(2026, 1, 1)}  # noqa: DTZ001
        )


def test_a_signed_checkpoint_survives_its_file():
    signed = SignedCheckpoint(canonical=CANONICAL, signature=bytes(64), public_key=KEY)
    assert SignedCheckpoint.from_json(signed.to_json()) == signed
    assert signed.checkpoint == CHECKPOINT
    assert set(json.loads(signed.to_json())) == {"checkpoint", "public_key", "signature"}


@pytest.mark.parametrize(
    "spoil",
    [
        {"signature": "AA=="},
        {"signature": "?"},
        {"public_key": 7},
        {"checkpoint": "{}"},
        {"checkpoint": "\ud800"},
        {"more": ""},
    ],
)
def test_a_spoiled_file_is_refused(spoil):
    signed = SignedCheckpoint(canonical=CANONICAL, signature=bytes(64), public_key=KEY)
    with pytest.raises(NotACheckpoint):
        SignedCheckpoint.from_json(json.dumps(json.loads(signed.to_json()) | spoil).encode())
