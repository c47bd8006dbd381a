"""A history that is sealed now and then, without a log: what witnesses are given in tests."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from domain.checkpoint import NOTHING, Checkpoint, SignedCheckpoint, TreeHead, key_id_of
from infrastructure.proof.edge import Edge
from infrastructure.proof.trusted import Trusted, TrustedKey

T0 = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


def rows(first: int, count: int, kind: bytes = b"fact") -> bytes:
    return b"".join(kind.ljust(24) + n.to_bytes(8) for n in range(first, first + count))


@dataclass
class History:
    """A log that is sealed now and then, without a log."""

    private: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    edge: Edge = field(default_factory=Edge.empty)
    last: Checkpoint | None = None
    heads: tuple[str, str] = (NOTHING, NOTHING)

    @property
    def public(self) -> bytes:
        return self.private.public_key().public_bytes_raw()

    def sealed(
        self, facts: bytes, access: bytes = b"", /, **other: object
    ) -> tuple[SignedCheckpoint, bytes, bytes]:
        """The next checkpoint, with ``other`` content than would be true."""
        self.edge = self.edge.grown(facts, access)
        self.heads = (facts[-32:].hex() or self.heads[0], access[-32:].hex() or self.heads[1])
        trees = (self.edge.facts, self.edge.access)
        heads = [
            TreeHead(size=tree.size, root=tree.root().hex(), head=head)
            for tree, head in zip(trees, self.heads, strict=True)
        ]
        number = self.last.number + 1 if self.last else 1
        told = {
            "origin": "ansim:test",
            "number": number,
            "previous": self.last.digest() if self.last else NOTHING,
            "sealed_at": T0 + timedelta(minutes=5 * number),
            "facts": heads[0],
            "access": heads[1],
            "key_id": key_id_of(self.public),
        }
        self.last = Checkpoint.model_validate(told | other)
        canonical = self.last.canonical()
        signed = SignedCheckpoint(
            canonical=canonical, signature=self.private.sign(canonical), public_key=self.public
        )
        return signed, facts, access

    def forked(self) -> History:
        return replace(self)


def trusted(history: History) -> Trusted:
    return Trusted(origin="ansim:test", keys=(TrustedKey(public_key=history.public.hex()),))


def post(url: str, signed: SignedCheckpoint, facts: bytes, access: bytes) -> httpx.Response:
    body = {
        "signed": json.loads(signed.to_json()),
        "facts_leaves": b64encode(facts).decode(),
        "access_leaves": b64encode(access).decode(),
    }
    return httpx.post(f"{url}/v1/checkpoints", json=body)


@contextmanager
def bucket(name: str, *, locked: bool = False) -> Iterator[str]:
    """Moto speaks S3 over a socket, with one bucket. Gives the endpoint."""
    from moto.server import ThreadedMotoServer

    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("AWS_ACCESS_KEY_ID", "test")
        environment.setenv("AWS_SECRET_ACCESS_KEY", "test")
        server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        server.start()
        host, port = server.get_host_and_port()
        endpoint = f"http://{host}:{port}"
        client(endpoint).create_bucket(Bucket=name, ObjectLockEnabledForBucket=locked)
        yield endpoint
        server.stop()


def locked_bucket(name: str) -> AbstractContextManager[str]:
    """One with object lock."""
    return bucket(name, locked=True)


def client(endpoint: str):
    import boto3

    return boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1")
