"""What every store of clips must do, be it a folder or a bucket."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from uuid import uuid4

import pytest

from application.clips.errors import ClipLost, ClipStoreUnavailable
from application.clips.ports import ClipStore
from infrastructure.clips.addresses import store_at
from infrastructure.embedded.errors import AnsimError
from tests.contracts.witnessed import bucket

BUCKET = "clips"
CLIP = uuid4()
SEALED = bytes(range(256)) * 40


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    with bucket(BUCKET) as endpoint:
        yield endpoint


@pytest.fixture(params=["folder", "s3"])
def store(request, tmp_path: Path) -> ClipStore:
    if request.param == "folder":
        return store_at(f"file:{tmp_path / 'clips'}")
    endpoint = request.getfixturevalue("s3")
    return store_at(f"s3://{BUCKET}/{uuid4()}?endpoint={endpoint}&region=us-east-1")


class TestEveryStore:
    def test_gives_back_a_piece_by_its_name(self, store) -> None:
        first, second = uuid4(), uuid4()
        store.put_piece(CLIP, first, b"one")
        store.put_piece(CLIP, second, b"two")
        store.put_piece(CLIP, second, b"two, once more")
        assert store.piece(CLIP, first) == b"one"
        assert store.piece(CLIP, second) == b"two, once more"
        with pytest.raises(ClipLost):
            store.piece(uuid4(), first)

    def test_lets_go_of_one_piece_or_of_all(self, store) -> None:
        other, names = uuid4(), [uuid4() for _ in range(3)]
        for name in names:
            store.put_piece(CLIP, name, b"a piece")
        store.put_piece(other, names[0], b"another clip's")
        store.drop_piece(CLIP, names[0])
        with pytest.raises(ClipLost):
            store.piece(CLIP, names[0])
        assert store.has_pieces(CLIP)
        for _ in range(2):
            store.drop_pieces(CLIP)
        assert not store.has_pieces(CLIP)
        assert store.piece(other, names[0]) == b"another clip's"

    def test_keeps_a_whole_under_the_hash_of_what_it_stores(self, store) -> None:
        address = sha256(SEALED).hexdigest()
        assert not store.holds(address)
        assert [store.keep(SEALED) for _ in range(2)] == [address, address]
        assert store.holds(address)

    def test_reads_from_anywhere(self, store) -> None:
        address = store.keep(SEALED)
        assert store.read(address, 0, len(SEALED)) == SEALED
        assert store.read(address, 255, 3) == b"\xff\x00\x01"
        assert store.read(address, len(SEALED) - 2, 100) == SEALED[-2:]

    def test_what_is_removed_is_gone(self, store) -> None:
        address = store.keep(SEALED)
        for _ in range(2):
            store.remove(address)
        assert not store.holds(address)
        with pytest.raises(ClipLost):
            store.read(address, 0, 1)


class TestFolder:
    def test_only_its_owner_may_read_it(self, tmp_path) -> None:
        store = store_at(f"file:{tmp_path / 'clips'}")
        store.put_piece(CLIP, uuid4(), SEALED)
        store.keep(SEALED)
        made = list((tmp_path / "clips").rglob("*"))
        assert {path.stat().st_mode & 0o077 for path in [tmp_path / "clips", *made]} == {0}
        assert len([path for path in made if path.is_file()]) == 2

    def test_a_place_that_takes_nothing_is_away(self, tmp_path) -> None:
        (tmp_path / "clips").write_text("a file where a folder should be")
        with pytest.raises(ClipStoreUnavailable):
            store_at(f"file:{tmp_path / 'clips'}").keep(SEALED)


class TestBucket:
    def test_a_server_that_does_not_answer_is_away(self, s3) -> None:
        store = store_at(f"s3://{BUCKET}/x?endpoint=http://127.0.0.1:9&region=us-east-1")
        with pytest.raises(ClipStoreUnavailable):
            store.keep(SEALED)
        with pytest.raises(ClipStoreUnavailable):
            store_at(f"s3://nobody-has-it/x?endpoint={s3}&region=us-east-1").keep(SEALED)


@pytest.mark.parametrize(
    "address", ["clips", "file:", "s3://", "https://example.com/", "s3://b/p?keep_days=3"]
)
def test_another_address_is_refused(address: str) -> None:
    with pytest.raises(AnsimError):
        store_at(address)
