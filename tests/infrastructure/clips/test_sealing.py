"""Sealed clips open only whole, in order, in their own place, and only while their key lives."""

from __future__ import annotations

from uuid import NAMESPACE_URL, UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from application.clips.errors import ClipAltered
from application.clips.ports import Piece, Upload
from application.errors import KeyRingUnavailable
from domain.emergency.filming import clips_of
from infrastructure.clips.sealing import HEADER, OVER_BYTES, KeyedSeals, seal_whole
from infrastructure.key_ring import MemoryKeyRing

REPORT = uuid5(NAMESPACE_URL, "/reports/1")
CLIP = uuid5(REPORT, "clip")
CHUNK = 16
STORED = CHUNK + OVER_BYTES

clips = st.binary(min_size=1, max_size=400)
ring = MemoryKeyRing()
seals = KeyedSeals(ring)
key = ring.sealing_key(clips_of(REPORT))


def sealed(clear: bytes, *, clip_id: UUID = CLIP, report_id: UUID = REPORT) -> bytes:
    return seal_whole(key, clear, report_id=report_id, clip_id=clip_id, chunk_bytes=CHUNK)


def opened(stored: bytes, size: int, start: int = 0, stop: int | None = None) -> bytes:
    blocks = seals.opened(
        lambda at, length: stored[at : at + length],
        report_id=REPORT,
        clip_id=CLIP,
        size_bytes=size,
        start=start,
        stop=size if stop is None else stop,
    )
    assert blocks is not None
    return b"".join(blocks)


@given(clips, st.data())
def test_any_range_opens_to_what_was_sealed(clear: bytes, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(clear)))
    stop = data.draw(st.integers(start, len(clear)))
    assert opened(sealed(clear), len(clear), start, stop) == clear[start:stop]
    assert opened(sealed(clear), len(clear)) == clear


@given(clips, st.data())
def test_a_changed_byte_is_found(clear: bytes, data: st.DataObject) -> None:
    stored = bytearray(sealed(clear))
    at = data.draw(st.integers(0, len(stored) - 1))
    stored[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises((ClipAltered, KeyRingUnavailable)):  # the latter of a key nobody has
        opened(bytes(stored), len(clear))


@given(clips, st.data())
def test_a_cut_is_found_wherever_it_is(clear: bytes, data: st.DataObject) -> None:
    stored = sealed(clear)
    with pytest.raises(ClipAltered):
        opened(stored[: data.draw(st.integers(0, len(stored) - 1))], len(clear))


@given(st.integers(2, 12), st.data())
def test_chunks_that_were_moved_doubled_or_left_out_are_found(count, data) -> None:
    clear = bytes(range(CHUNK)) * count
    whole = sealed(clear)
    chunks = [whole[at : at + STORED] for at in range(HEADER.size, len(whole), STORED)]
    order = data.draw(
        st.lists(st.integers(0, count - 1), max_size=count + 2).filter(
            lambda one: one[:count] != list(range(count))
        )
    )
    with pytest.raises(ClipAltered):
        opened(whole[: HEADER.size] + b"".join(chunks[one] for one in order), len(clear))


def test_another_clips_chunk_does_not_fit() -> None:
    clear = bytes(2 * CHUNK)
    mine, other = sealed(clear), sealed(clear, clip_id=uuid5(REPORT, "another"))
    with pytest.raises(ClipAltered):
        opened(mine[:-STORED] + other[-STORED:], len(clear))
    with pytest.raises(ClipAltered):
        opened(other, len(clear))
    with pytest.raises(ClipAltered):
        opened(sealed(clear, report_id=CLIP), len(clear))


def test_the_same_clip_sealed_twice_is_not_the_same() -> None:
    assert sealed(b"the same") != sealed(b"the same")
    assert b"the same" not in sealed(b"the same")


def test_with_its_key_it_is_gone() -> None:
    ring = MemoryKeyRing()
    seals = KeyedSeals(ring)
    upload = Upload(
        clip_id=CLIP,
        report_id=REPORT,
        device_id=None,
        key_id=seals.key_of(REPORT),
        size_bytes=5,
        correlation_id=REPORT,
    )
    piece = Piece(name=CLIP, number=0, offset=0, size_bytes=5)
    whole = seals.seal(upload, b"clear")
    part = seals.seal_piece(upload, piece, b"clear")
    assert part is not None
    assert seals.open_piece(upload, piece, part) == b"clear"
    with pytest.raises(ClipAltered):
        seals.open_piece(upload, piece.model_copy(update={"offset": 1}), part)
    assert ring.destroy(clips_of(REPORT)) == 1
    assert seals.open_piece(upload, piece, part) is None
    assert seals.seal_piece(upload, piece, b"more") is None
    assert seals.seal(upload, b"clear") is None
    assert (
        seals.opened(
            lambda at, length: (whole or b"")[at : at + length],
            report_id=REPORT,
            clip_id=CLIP,
            size_bytes=5,
            start=0,
            stop=5,
        )
        is None
    )
