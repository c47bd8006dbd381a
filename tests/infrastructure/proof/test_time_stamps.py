"""Checkpoints stamped by an authority that is openssl's, over HTTP."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.serving import Serving

CONFIG = """
[tsa]
default_tsa = here
[here]
serial = {folder}/serial
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
certs = {folder}/tsa.pem
default_policy = 1.2.3.4
digests = sha256
ess_cert_id_alg = sha256
[request]
distinguished_name = name
x509_extensions = stamping
prompt = no
[name]
CN = A time-stamping authority
[stamping]
basicConstraints = critical,CA:true
extendedKeyUsage = critical,timeStamping
"""


def openssl(*words: str, folder: Path) -> bytes:
    return subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True).stdout


class Authority:
    """Stamps what it is asked to, or something else."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.asked = 0
        self.instead: bytes | None = None
        (folder / "serial").write_text("01\n")
        (folder / "tsa.cnf").write_text(CONFIG.format(folder=folder))
        words = "req -x509 -newkey rsa:2048 -nodes -days 2 -keyout tsa.key -out tsa.pem"
        openssl(*words.split(), "-config", "tsa.cnf", "-section", "request", folder=folder)

    def app(self) -> Starlette:
        return Starlette(routes=[Route("/", self._stamp, methods=["POST"])])

    async def _stamp(self, request: Request) -> Response:
        self.asked += 1
        (self.folder / "query").write_bytes(await request.body())
        answer = self.instead or await run_in_threadpool(self._answer)
        return Response(answer, media_type="application/timestamp-reply")

    def _answer(self) -> bytes:
        words = "ts -reply -config tsa.cnf -section here -queryfile query"
        openssl(*words.split(), "-out", "answer", folder=self.folder)
        return (self.folder / "answer").read_bytes()


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    (tmp_path / "authority").mkdir()
    return Authority(tmp_path / "authority")


@pytest.fixture
def url(authority) -> Iterator[str]:
    with Serving(authority.app()) as url:
        yield url


def test_a_checkpoint_is_stamped_once_as_openssl_confirms(
    new_house, url, authority, tmp_path
) -> None:
    house = new_house(time_stamp_url=url)
    house.register()
    house.notary.seal("test")
    house.notary.seal("test")
    assert authority.asked == 1
    [stamp] = (tmp_path / "home" / "time-stamps").rglob("*.tsr")
    assert stamp.name == "000000000001.tsr"
    (tmp_path / "canonical").write_bytes(house.notary.latest().canonical)
    words = f"ts -verify -data canonical -in {stamp} -CAfile {authority.folder}/tsa.pem"
    assert b"OK" in openssl(*words.split(), folder=tmp_path)


def test_an_authority_that_stamps_something_else_is_not_believed(
    new_house, url, authority, tmp_path
) -> None:
    house = new_house(time_stamp_url=url)
    house.register()
    house.notary.seal("test")
    authority.instead = authority._answer()
    house.register()
    assert house.notary.seal("test").number == 2
    authority.instead = b"noise"
    assert house.notary.seal("test") is None
    assert authority.asked == 3
    assert len(list((tmp_path / "home" / "time-stamps").rglob("*.tsr"))) == 1
    authority.instead = None
    house.notary.seal("test")
    assert len(list((tmp_path / "home" / "time-stamps").rglob("*.tsr"))) == 2


def test_an_authority_that_is_away_keeps_nobody_from_sealing(new_house) -> None:
    house = new_house(time_stamp_url="http://127.0.0.1:9/")
    house.register()
    assert house.notary.seal("test").number == 1
