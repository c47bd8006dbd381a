from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from application.errors import KeyRingUnavailable
from infrastructure.database import Database
from infrastructure.kek import KEY_BYTES, KeyEncryptionKey, read_kek
from infrastructure.key_ring import MemoryKeyRing, PostgresKeyRing
from infrastructure.log.sealing import KeyRing
from infrastructure.settings import Settings
from tests import clusters

KEK = KeyEncryptionKey(bytes(range(32)))
NONCE = bytes(12)


@pytest.fixture
def service(database: clusters.Database) -> Iterator[Database]:
    service = Database(database.service_url, application_name="test")
    yield service
    service.close()


@pytest.fixture(params=["memory", "postgres"])
def key_ring(request: pytest.FixtureRequest) -> KeyRing:
    if request.param == "memory":
        return MemoryKeyRing()
    return PostgresKeyRing(request.getfixturevalue("service"), KEK)


def test_a_subject_has_one_key_that_opens_what_it_sealed(key_ring: KeyRing) -> None:
    kim, lee = uuid4(), uuid4()
    key = key_ring.sealing_key(kim)
    assert key_ring.sealing_key(kim).key_id == key.key_id
    assert key_ring.sealing_key(lee).key_id != key.key_id
    sealed = key.cipher.encrypt(NONCE, b"here", None)
    opening = key_ring.opening_key(key.key_id)
    assert opening is not None
    assert opening.cipher.decrypt(NONCE, sealed, None) == b"here"


def test_a_destroyed_key_is_gone_and_a_new_one_is_another(key_ring: KeyRing) -> None:
    kim = uuid4()
    key = key_ring.sealing_key(kim)
    assert key_ring.destroy(kim) == 1
    assert key_ring.destroy(kim) == 0
    assert key_ring.opening_key(key.key_id) is None
    assert key_ring.sealing_key(kim).key_id != key.key_id
    assert key_ring.opening_key(key.key_id) is None


def test_an_unknown_key_is_a_trouble_not_an_erasure(key_ring: KeyRing) -> None:
    with pytest.raises(KeyRingUnavailable, match="lost"):
        key_ring.opening_key(uuid4())


def test_a_key_is_not_shown(key_ring: KeyRing) -> None:
    assert "AESGCM" not in repr(key_ring.sealing_key(uuid4()))


def test_two_processes_make_one_key(service: Database) -> None:
    rings = [PostgresKeyRing(service, KEK) for _ in range(6)]
    for _ in range(5):
        kim = uuid4()
        with ThreadPoolExecutor(6) as threads:
            keys = list(threads.map(PostgresKeyRing.sealing_key, rings, [kim] * 6))
        sealed = keys[0].cipher.encrypt(NONCE, b"x", None)
        assert len({key.key_id for key in keys}) == 1
        assert {key.cipher.decrypt(NONCE, sealed, None) for key in keys} == {b"x"}


def test_another_kek_is_named_and_opens_nothing(service: Database) -> None:
    key = PostgresKeyRing(service, KEK).sealing_key(uuid4())
    other = PostgresKeyRing(service, KeyEncryptionKey(bytes(32)))
    for use in (lambda: other.opening_key(key.key_id), lambda: other.sealing_key(key.subject)):
        with pytest.raises(KeyRingUnavailable, match="wrapped under"):
            use()


def test_no_key_is_made_under_a_kek_that_was_put_in_the_place_of_a_lost_one(
    service: Database,
) -> None:
    PostgresKeyRing(service, KEK).sealing_key(uuid4())
    with pytest.raises(KeyRingUnavailable, match=KEK.id):
        PostgresKeyRing(service, KeyEncryptionKey(bytes(32))).sealing_key(uuid4())


def test_the_table_holds_no_key_in_clear_and_swapped_rows_open_nothing(
    service: Database, database: clusters.Database
) -> None:
    ring = PostgresKeyRing(service, KEK)
    first, second = ring.sealing_key(uuid4()), ring.sealing_key(uuid4())
    with psycopg.connect(database.superuser_url, autocommit=True) as superuser:
        superuser.execute(
            "UPDATE subject_keys k SET wrapped = o.wrapped FROM subject_keys o WHERE k <> o"
        )
    for key in (first, second):
        with pytest.raises(KeyRingUnavailable, match="damaged"):
            PostgresKeyRing(service, KEK).opening_key(key.key_id)


def test_a_destroyed_key_leaves_nothing_in_its_row(service: Database) -> None:
    ring = PostgresKeyRing(service, KEK)
    kim = uuid4()
    ring.sealing_key(kim)
    ring.destroy(kim)
    with service.connection() as connection:
        rows = connection.execute("SELECT wrapped, destroyed_at IS NOT NULL FROM subject_keys")
        assert rows.fetchall() == [(None, True)]


def test_a_cached_key_is_used_for_a_short_while_only(
    service: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("infrastructure.remembered_keys.CACHED_S", -1.0)
    ring = PostgresKeyRing(service, KEK)
    kim = uuid4()
    key = ring.sealing_key(kim)
    PostgresKeyRing(service, KEK).destroy(kim)
    assert ring.opening_key(key.key_id) is None


def test_the_cache_has_a_bound(service: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("infrastructure.remembered_keys.CACHED_MAX", 2)
    ring = PostgresKeyRing(service, KEK)
    for _ in range(5):
        ring.sealing_key(uuid4())
    assert len(ring._remembered._by_id) == len(ring._remembered._ids) == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [("not base64!", "not base64"), (base64.b64encode(bytes(16)).decode(), "16 bytes")],
)
def test_a_wrong_kek_is_refused(text: str, said: str) -> None:
    with pytest.raises(KeyRingUnavailable, match=said):
        KeyEncryptionKey.from_text(text)


def test_the_kek_comes_from_the_settings_or_a_file(
    tmp_path: Path, settings_of: Callable[..., Settings]
) -> None:
    text = base64.b64encode(bytes(range(KEY_BYTES))).decode()
    file = tmp_path / "kek"
    with pytest.raises(KeyRingUnavailable, match="ANSIM_KEY_FILE"):
        read_kek(settings_of(), file)
    file.write_text(text + "\n")
    assert read_kek(settings_of(), file).id == KEK.id
    assert read_kek(settings_of(key_file=file), tmp_path / "none").id == KEK.id
    assert read_kek(settings_of(key_encryption_key=text), tmp_path / "none").id == KEK.id


@pytest.fixture
def settings_of(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Settings]:
    for name in ("ANSIM_KEY_ENCRYPTION_KEY", "ANSIM_KEY_FILE"):
        monkeypatch.delenv(name, raising=False)
    return Settings
