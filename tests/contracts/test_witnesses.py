"""What every witness must do, be it a folder, a database, a server or a bucket."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import httpx
import psycopg
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from application.errors import WitnessRefused, WitnessUnavailable
from application.ports import Witness
from domain.checkpoint import TreeHead, key_id_of
from infrastructure.proof.addresses import witness_at
from infrastructure.proof.edge import Edge
from infrastructure.proof.folder_witness import FolderWitness
from infrastructure.proof.postgres_witness import PostgresWitness
from infrastructure.proof.served import ServedWitness
from infrastructure.proof.trusted import Endorsement, TrustedKey, endorsed
from interfaces.witness import create_witness
from tests.contracts.witnessed import (
    T0,
    History,
    client,
    locked_bucket,
    post,
    rows,
    trusted,
)
from tests.serving import Serving

BUCKET = "witnesses"


@pytest.fixture
def history() -> History:
    return History()


@pytest.fixture(params=["folder", "postgres", "http", "s3"])
def witness(request, tmp_path: Path, history) -> Iterator[Witness]:
    match request.param:
        case "folder":
            yield witness_at(f"file:{tmp_path / 'witness'}", timeout_s=5, keys=bytes)
        case "postgres":
            database = request.getfixturevalue("database")
            PostgresWitness(database.owner_url, timeout_s=5).init("ansim_service")
            yield PostgresWitness(database.service_url, timeout_s=5)
        case "http":
            url = request.getfixturevalue("served")
            keys = trusted(history).to_json
            witness = witness_at(url, timeout_s=5, keys=keys)
            yield witness
            witness.close()
        case "s3":
            endpoint = request.getfixturevalue("s3")
            address = f"s3://{BUCKET}/{uuid4()}?endpoint={endpoint}&region=us-east-1&keep_days=1"
            yield witness_at(address, timeout_s=5, keys=bytes)


@pytest.fixture
def served(tmp_path: Path, history) -> Iterator[str]:
    folder = tmp_path / "served"
    folder.mkdir()
    served = ServedWitness(FolderWitness(folder), trusted(history), folder / "trusted.json")
    with Serving(create_witness(served)) as url:
        yield url


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    with locked_bucket(BUCKET) as endpoint:
        yield endpoint


class TestEveryWitness:
    def test_holds_nothing_at_first(self, witness) -> None:
        assert witness.latest() is None
        assert witness.get(1) is None
        assert witness.leaves("facts", 0, 10) == b""

    def test_keeps_what_it_is_given(self, witness, history) -> None:
        published = [
            history.sealed(rows(0, 3)),
            history.sealed(rows(3, 5), rows(0, 2, b"access")),
            history.sealed(b"", rows(2, 1, b"access")),
        ]
        for one in published:
            witness.publish(*one)
        assert witness.latest() == published[2][0]
        assert [witness.get(number) for number in (1, 2, 3)] == [one[0] for one in published]
        assert witness.get(4) is None
        assert witness.leaves("facts", 0, 8) == rows(0, 8)
        assert witness.leaves("facts", 2, 3) == rows(2, 3)
        assert witness.leaves("facts", 7, 9) == rows(7, 1)
        assert witness.leaves("facts", 8, 1) == b""
        assert witness.leaves("access", 1, 2) == rows(1, 2, b"access")

    def test_is_told_twice_and_holds_it_once(self, witness, history) -> None:
        first, second = history.sealed(rows(0, 3)), history.sealed(rows(3, 1))
        for one in (first, first, second, first, second):
            witness.publish(*one)
        assert witness.latest() == second[0]
        assert witness.leaves("facts", 0, 9) == rows(0, 4)

    def test_refuses_another_content_under_a_number(self, witness, history) -> None:
        witness.publish(*history.sealed(rows(0, 3)))
        fork = history.forked()
        honest = history.sealed(rows(3, 1))
        witness.publish(*honest)
        with pytest.raises(WitnessRefused):
            witness.publish(*fork.sealed(rows(90, 1)))
        assert witness.latest() == honest[0]

    def test_refuses_a_history_that_was_rewritten(self, witness, history) -> None:
        witness.publish(*history.sealed(rows(0, 3)))
        history.edge = Edge.empty().grown(rows(70, 3), b"")
        with pytest.raises(WitnessRefused):
            witness.publish(*history.sealed(rows(3, 1)))

    @pytest.mark.parametrize(
        "lie",
        [
            {"number": 3},
            {"previous": "ab" * 32},
            {"origin": "ansim:other"},
            {"sealed_at": T0 - timedelta(days=1)},
            {"facts": TreeHead(size=4, root="ab" * 32, head=rows(3, 1).hex())},
            {"access": TreeHead(size=1, root="ab" * 32, head="ab" * 32)},
        ],
        ids=lambda lie: next(iter(lie)),
    )
    def test_refuses_what_does_not_follow(self, witness, history, lie) -> None:
        first = history.sealed(rows(0, 3))
        witness.publish(*first)
        with pytest.raises(WitnessRefused):
            witness.publish(*history.sealed(rows(3, 1), **lie))
        assert witness.latest() == first[0]

    def test_refuses_leaves_that_were_not_sealed(self, witness, history) -> None:
        signed, _, _ = history.sealed(rows(0, 3))
        for leaves in (rows(0, 2), rows(1, 3), rows(0, 4), rows(0, 3)[:-1]):
            with pytest.raises(WitnessRefused):
                witness.publish(signed, leaves, b"")
        witness.publish(signed, rows(0, 3), b"")

    def test_finds_the_newest_of_many(self, witness, history) -> None:
        for number in range(12):
            witness.publish(*history.sealed(rows(number, 1)))
        assert witness.latest().checkpoint.number == 12


class TestFolder:
    def test_files_are_read_only_and_whole(self, tmp_path, history) -> None:
        witness = FolderWitness(tmp_path / "witness")
        witness.publish(*history.sealed(rows(0, 3)))
        kept = sorted(path for path in (tmp_path / "witness").rglob("*") if path.is_file())
        names = ["access", "facts", "json", "peaks"]
        assert [path.name for path in kept] == [f"000000000001.{name}" for name in names]
        assert {path.stat().st_mode & 0o777 for path in kept} == {0o444}

    def test_a_publication_that_was_cut_short_is_finished(self, tmp_path, history) -> None:
        witness, published = FolderWitness(tmp_path / "witness"), history.sealed(rows(0, 3))
        witness.publish(*published)
        (tmp_path / "witness" / "0" / "000000000001.json").unlink()
        again = FolderWitness(tmp_path / "witness")
        assert again.latest() is None
        again.publish(*published)
        assert again.latest() == published[0]

    def test_a_share_that_is_not_mounted_is_away(self, tmp_path, history) -> None:
        witness = FolderWitness(tmp_path / "not mounted" / "witness")
        with pytest.raises(WitnessUnavailable):
            witness.publish(*history.sealed(rows(0, 3)))


class TestPostgres:
    def test_forgets_nothing_for_its_owner(self, database, history) -> None:
        witness = PostgresWitness(database.owner_url, timeout_s=5)
        witness.init("ansim_service")
        witness.publish(*history.sealed(rows(0, 3)))
        with psycopg.connect(database.owner_url, autocommit=True) as owner:
            for change in (
                "UPDATE ansim_witness.checkpoints SET number = 2",
                "DELETE FROM ansim_witness.checkpoints",
                "TRUNCATE ansim_witness.checkpoints",
            ):
                with pytest.raises(psycopg.errors.RaiseException, match="forgets nothing"):
                    owner.execute(change.encode())

    def test_who_publishes_may_not_write_past_its_door(self, database) -> None:
        PostgresWitness(database.owner_url, timeout_s=5).init("ansim_service")
        with (
            psycopg.connect(database.service_url, autocommit=True) as service,
            pytest.raises(psycopg.errors.InsufficientPrivilege),
        ):
            service.execute("DELETE FROM ansim_witness.checkpoints")

    def test_the_database_itself_refuses_a_fork(self, database, history) -> None:
        witness = PostgresWitness(database.owner_url, timeout_s=5)
        witness.init("ansim_service")
        fork = history.forked()
        witness.publish(*history.sealed(rows(0, 3)))
        forged, leaves, _ = fork.sealed(rows(7, 3))
        values = [1, 3, 0, forged.canonical, forged.signature, forged.public_key, b"", leaves, b""]
        with psycopg.connect(database.service_url, autocommit=True) as service:
            for number in (1, 2):
                values[0] = number
                with pytest.raises(psycopg.errors.RaiseException):
                    service.execute(
                        "SELECT ansim_witness.take(%s, %s, %s, %s, %s, %s, %s, %s, %s)", values
                    )

    def test_without_its_schema_it_is_away(self, database) -> None:
        with pytest.raises(WitnessUnavailable, match="ansim witness init"):
            PostgresWitness(database.owner_url, timeout_s=5).latest()

    def test_a_second_init_is_refused(self, database) -> None:
        witness = PostgresWitness(database.owner_url, timeout_s=5)
        witness.init(None)
        with pytest.raises(WitnessRefused):
            witness.init(None)


class TestHttp:
    def test_takes_nothing_from_strangers(self, served, history) -> None:
        stranger = History()
        witness = witness_at(served, timeout_s=5, keys=trusted(stranger).to_json)
        with pytest.raises(WitnessRefused, match="whom nobody here trusts"):
            witness.publish(*stranger.sealed(rows(0, 3)))
        pretender = stranger.sealed(rows(0, 3), key_id=key_id_of(history.public))
        with pytest.raises(WitnessRefused, match="does not bear the signature"):
            witness.publish(*pretender)
        witness.close()

    def test_takes_what_an_endorsed_key_signs_also_after_a_new_start(
        self, tmp_path, history
    ) -> None:
        next_key = Ed25519PrivateKey.generate()
        given, new = trusted(history), next_key.public_key().public_bytes_raw()
        by = key_id_of(history.public)
        word = history.private.sign(endorsed(new, by=by, origin="ansim:test", since=T0))
        key = TrustedKey(
            public_key=new.hex(), since=T0, endorsement=Endorsement(by=by, signature=word.hex())
        )
        store = FolderWitness(tmp_path / "kept")
        first = ServedWitness(store, given, tmp_path / "learnt.json")
        first.publish(*history.sealed(rows(0, 3)))
        history.private = next_key
        first.publish(*history.sealed(rows(3, 1)), [key.model_dump(mode="json")])
        again = ServedWitness(store, given, tmp_path / "learnt.json")
        again.publish(*history.sealed(rows(4, 1)))
        assert store.latest().checkpoint.number == 3

    def test_a_fork_is_answered_409(self, served, history) -> None:
        fork = history.forked()
        assert post(served, *history.sealed(rows(0, 3))).status_code == 201
        answer = post(served, *fork.sealed(rows(9, 3)))
        assert (answer.status_code, answer.json()["detail"][-20:]) == (409, "another checkpoint 1")

    def test_noise_is_answered_400(self, served) -> None:
        for content in (b"", b"[]", b"{}", b'{"signed": 1}', b"\xff"):
            answer = httpx.post(f"{served}/v1/checkpoints", content=content)
            assert answer.status_code == 400
        assert httpx.get(f"{served}/v1/leaves/facts?start=-1&count=1").status_code == 400
        assert httpx.get(f"{served}/v1/leaves/others?start=0&count=1").status_code == 400
        assert httpx.delete(f"{served}/v1/checkpoints/1").status_code == 405

    def test_a_server_that_is_gone_is_away(self) -> None:
        witness = witness_at("http://127.0.0.1:9", timeout_s=1, keys=bytes)
        with pytest.raises(WitnessUnavailable):
            witness.latest()
        witness.close()


class TestS3:
    def test_versions_cannot_be_deleted_before_their_time(self, s3, history) -> None:
        prefix = str(uuid4())
        address = f"s3://{BUCKET}/{prefix}?endpoint={s3}&region=us-east-1&keep_days=1"
        witness_at(address, timeout_s=5, keys=bytes).publish(*history.sealed(rows(0, 3)))
        server = client(s3)
        kept = server.list_object_versions(Bucket=BUCKET, Prefix=prefix)["Versions"]
        assert len(kept) == 4
        for one in kept:
            version = {"Bucket": BUCKET, "Key": one["Key"], "VersionId": one["VersionId"]}
            assert server.head_object(**version)["ObjectLockMode"] == "COMPLIANCE"
            with pytest.raises(server.exceptions.ClientError, match="AccessDenied"):
                server.delete_object(**version, BypassGovernanceRetention=True)

    def test_a_bucket_without_lock_is_no_witness(self, s3, history) -> None:
        client(s3).create_bucket(Bucket="unlocked")
        witness = witness_at(
            f"s3://unlocked/a?endpoint={s3}&region=us-east-1", timeout_s=5, keys=bytes
        )
        with pytest.raises(WitnessUnavailable, match="no object lock"):
            witness.publish(*history.sealed(rows(0, 3)))
