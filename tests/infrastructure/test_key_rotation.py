"""Another key-encryption key: nothing is lost on the way, and no fact is rewritten."""

from __future__ import annotations

import base64
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from application.errors import KeyRingUnavailable
from domain.base import Erased
from domain.emergency import Emergency
from infrastructure.database import Database
from infrastructure.kek import NEXT, KeyEncryptionKey, read_file, read_further, read_kek
from infrastructure.key_keeper import KeyKeeper
from infrastructure.key_ring import PostgresKeyRing
from infrastructure.rotation import Rotation
from infrastructure.settings import Settings
from infrastructure.transit import client_of
from interfaces.kms.app import MOUNT, SimulatedTransit
from tests import clusters
from tests.infrastructure.forgotten import Forgetful
from tests.serving import Serving
from tests.waiting import until

NONCE = bytes(12)
TOKEN, ANOTHER = "let me in", "let me in, too"
ROOT = Path(__file__).parents[2]


@pytest.fixture
def service(database: clusters.Database) -> Iterator[Database]:
    service = Database(database.service_url, application_name="test")
    yield service
    service.close()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "keys" / "kek"
    file.parent.mkdir()
    file.write_text(base64.b64encode(os.urandom(32)).decode())
    return file


@pytest.fixture
def kms() -> Iterator[Settings]:
    with Serving(SimulatedTransit(token=TOKEN).app()) as url:
        yield Settings(kms_url=f"{url}{MOUNT}", kms_token=TOKEN)
        for token in (TOKEN, ANOTHER):
            client_of(token).close()
        client_of.cache_clear()


def ring_of(service: Database, settings: Settings, file: Path) -> PostgresKeyRing:
    return PostgresKeyRing(
        service, read_kek(settings, file), further=lambda: read_further(settings, file)
    )


def sealed_for(ring: PostgresKeyRing, count: int) -> dict[UUID, tuple[UUID, bytes]]:
    keys = [ring.sealing_key(uuid4()) for _ in range(count)]
    return {key.subject: (key.key_id, key.cipher.encrypt(NONCE, b"here", None)) for key in keys}


def all_open(ring: PostgresKeyRing, sealed: dict[UUID, tuple[UUID, bytes]]) -> bool:
    keys = [(ring.opening_key(key_id), text) for key_id, text in sealed.values()]
    return all(key and key.cipher.decrypt(NONCE, text, None) == b"here" for key, text in keys)


def unseen(_done: int, _total: int) -> None:
    """Nobody watches."""


def test_a_rotated_file_opens_what_the_old_one_sealed(service: Database, file: Path) -> None:
    settings = Settings(key_file=file)
    running = ring_of(service, settings, file)
    sealed = sealed_for(running, 5)
    old = read_file(file).id
    keeper = KeyKeeper(settings, service, file)
    status = keeper.rotate(unseen)
    assert status.current == read_file(file).id != old
    assert status.wrapped == {status.current: 5}
    assert status.retired == (old,)
    assert not keeper.is_under_way
    assert all_open(ring_of(service, settings, file), sealed)
    sealed |= sealed_for(running, 1)  # a role that was started before uses the new one at once
    assert keeper.status().wrapped == {status.current: 6}
    keeper.forget(old)
    assert all_open(ring_of(service, settings, file), sealed)
    with pytest.raises(KeyRingUnavailable):
        keeper.forget(old)


def test_keys_that_are_made_meanwhile_lie_under_the_new_one(service: Database, file: Path) -> None:
    settings = Settings(key_file=file)
    running = ring_of(service, settings, file)
    sealed = sealed_for(running, 300)
    stop = threading.Event()

    def make_on_and_on() -> None:
        while not stop.is_set():
            sealed.update(sealed_for(running, 1))

    maker = threading.Thread(target=make_on_and_on)
    maker.start()
    try:
        KeyKeeper(settings, service, file).rotate(unseen)
    finally:
        stop.set()
        maker.join()
    status = KeyKeeper(settings, service, file).status()
    assert status.wrapped == {status.current: len(sealed)}
    assert all_open(ring_of(service, settings, file), sealed)


class PulledOut(Exception):
    """Somebody pulled the plug."""


def test_a_rotation_cut_short_is_gone_on_with(service: Database, file: Path) -> None:
    settings = Settings(key_file=file)
    sealed = sealed_for(ring_of(service, settings, file), 450)

    def pull(done: int, total: int) -> None:
        raise PulledOut(f"{done} of {total}")

    keeper = KeyKeeper(settings, service, file)
    with pytest.raises(PulledOut, match="200 of 450"):
        keeper.rotate(pull)
    assert all_open(ring_of(service, settings, file), sealed)
    assert (keeper.is_under_way, keeper.status().left) == (True, 250)
    assert keeper.rotate(unseen).left == 0
    assert not keeper.is_under_way
    assert all_open(ring_of(service, settings, file), sealed)


def test_a_rotation_that_was_killed_loses_nothing(
    service: Database, database: clusters.Database, file: Path
) -> None:
    settings = Settings(key_file=file)
    sealed = sealed_for(ring_of(service, settings, file), 5)
    environment = {name: value for name, value in os.environ.items() if "ANSIM" not in name}
    environment |= {
        "ANSIM_HOME": str(file.parent.parent),
        "ANSIM_KEY_FILE": str(file),
        "ANSIM_DATABASE_URL": database.service_url,
    }
    with service.connection() as connection, connection.transaction():
        connection.execute("SELECT FROM key_custody FOR UPDATE")
        command = [sys.executable, "-m", "interfaces.cli", "keys", "rotate"]
        with subprocess.Popen(command, cwd=ROOT, env=environment) as rotating:
            until(file.with_name(file.name + NEXT).exists)
            rotating.kill()
    assert all_open(ring_of(service, settings, file), sealed)
    keeper = KeyKeeper(settings, service, file)
    assert keeper.is_under_way
    assert keeper.rotate(unseen).left == 0
    assert all_open(ring_of(service, settings, file), sealed)


def test_a_rebuild_and_a_rotation_at_once_disturb_nothing(
    database: clusters.Database, redis_url: str, tmp_path: Path
) -> None:
    settings = Settings(
        home=tmp_path / "home",
        database_url=database.service_url,
        admin_database_url=database.owner_url,
        redis_url=redis_url,
    )
    living = Forgetful(settings)
    with living.house:
        reports = [living.raises(living.member()) for _ in range(5)]
        living.folds()
        with ThreadPoolExecutor(1) as pool:
            rotating = pool.submit(living.house.key_keeper.rotate, unseen)
            rebuilt = [living.house.engine.rebuild(name) for name in living.house.engine.names]
            assert rotating.result().left == 0
        assert all(one.sha256_live == one.sha256_rebuilt for one in rebuilt)
        positions = [living.house.app.load(Emergency, one.report_id).position for one in reports]
        assert Erased() not in positions


def test_a_key_that_is_missing_stops_it_by_name(service: Database, file: Path) -> None:
    stranger = KeyEncryptionKey(bytes(32))
    PostgresKeyRing(service, stranger).sealing_key(uuid4())
    with pytest.raises(KeyRingUnavailable, match=stranger.id):
        Rotation(service, dict).wrap_all(read_file(file), unseen)


def test_a_lost_key_file_is_named_and_nothing_is_sealed_in_clear(
    service: Database, file: Path
) -> None:
    settings = Settings(key_file=file)
    file.unlink()
    with pytest.raises(KeyRingUnavailable, match="restore the file"):
        ring_of(service, settings, file)
    with pytest.raises(KeyRingUnavailable, match="restore the file"):
        KeyKeeper(settings, service, file).rotate(unseen)


def test_a_key_management_service_wraps_and_rotates(
    service: Database, file: Path, kms: Settings
) -> None:
    running = ring_of(service, kms, file)
    sealed = sealed_for(running, 3)
    keeper = KeyKeeper(kms, service, file)
    assert keeper.status().wrapped == {"transit:ansim:v1": 3}
    assert keeper.rotate(unseen).wrapped == {"transit:ansim:v2": 3}
    sealed |= sealed_for(running, 1)
    assert keeper.status().wrapped == {"transit:ansim:v2": 4}
    assert all_open(ring_of(service, kms, file), sealed)


def test_keys_move_from_a_file_to_the_service(service: Database, file: Path, kms: Settings) -> None:
    sealed = sealed_for(ring_of(service, Settings(key_file=file), file), 3)
    KeyKeeper(kms, service, file).rotate(unseen)
    file.unlink()
    assert all_open(ring_of(service, kms, file), sealed)


def test_rows_swapped_under_the_service_open_nothing(
    service: Database, file: Path, kms: Settings
) -> None:
    ring = ring_of(service, kms, file)
    first, _ = ring.sealing_key(uuid4()), ring.sealing_key(uuid4())
    with service.connection() as connection:
        connection.execute(
            "UPDATE subject_keys k SET wrapped = o.wrapped FROM subject_keys o WHERE k <> o"
        )
    with pytest.raises(KeyRingUnavailable, match="400"):
        ring_of(service, kms, file).opening_key(first.key_id)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"kms_token": ANOTHER}, "403"),
        ({"kms_url": "http://127.0.0.1:9/v1/transit"}, "does not answer"),
        ({"kms_token": None}, "ANSIM_KMS_TOKEN"),
    ],
)
def test_a_service_that_does_not_help_is_named(
    kms: Settings, file: Path, changes: dict[str, str | None], said: str
) -> None:
    settings = Settings(**{"kms_url": kms.kms_url, "kms_token": TOKEN} | changes)
    with pytest.raises(KeyRingUnavailable, match=said):
        read_kek(settings, file)


def test_a_key_destroyed_elsewhere_is_forgotten_here_at_once(service: Database, file: Path) -> None:
    settings = Settings(key_file=file)
    here, elsewhere = (ring_of(service, settings, file) for _ in range(2))
    key = here.sealing_key(uuid4())
    assert here.opening_key(key.key_id) is not None
    elsewhere.destroy(key.subject)
    until(lambda: here.opening_key(key.key_id) is None)
