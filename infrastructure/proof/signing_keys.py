"""Who signs checkpoints: the private key, and the list of trusted public keys beside it.

Both lie outside the database: ``HOME/keys/checkpoint/current.pem`` (0600), or a file elsewhere,
and ``trusted.json`` in the same folder, which lists every key ever used.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from fcntl import LOCK_EX, flock
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from application.errors import CheckpointKeyLost
from domain.checkpoint import SignedCheckpoint, key_id_of
from infrastructure.proof.files import sync_folder, write_new, write_over
from infrastructure.proof.trusted import (
    OVERLAP,
    Endorsement,
    Trusted,
    TrustedKey,
    endorsed,
    raw_public_key,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime, timedelta
    from pathlib import Path

    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from domain.checkpoint import Checkpoint

LOST: Final = (
    "restore it from a back-up; if it is lost for ever, see docs/runbooks/checkpoint-refused.md"
)
PRIVATE: Final = 0o600
PUBLIC: Final = 0o644


class SigningKeys:
    """The keys in ``folder``, or those around ``key_file``."""

    def __init__(self, folder: Path, *, key_file: Path | None = None) -> None:
        self.key_file = key_file or folder / "current.pem"
        self._folder = self.key_file.parent
        self._next = self.key_file.with_name(f"{self.key_file.name}.next")
        self.trusted_file = self._folder / "trusted.json"

    def make(self) -> None:
        """The first key of a new home; nothing where there is a key or a list already."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._locked():
            if self.trusted_file.exists():
                return
            if not self.key_file.exists():
                write_new(self.key_file, _pem(Ed25519PrivateKey.generate()), mode=PRIVATE)
            first = TrustedKey(public_key=raw_public_key(self._read()).hex())
            self._write(Trusted(origin=f"ansim:{uuid4()}", keys=(first,)))

    def trusted(self) -> Trusted:
        """The list as it stands.

        Raises:
            CheckpointKeyLost: it is missing or unreadable.
        """
        try:
            return Trusted.from_json(self.trusted_file.read_bytes())
        except FileNotFoundError as error:
            if not self.key_file.exists():
                raise CheckpointKeyLost(
                    f"{self._folder} holds no keys: the first checkpoint makes them, once; "
                    f"if there was one, {LOST}"
                ) from error
            raise CheckpointKeyLost(f"{self.trusted_file} is gone: {LOST}") from error
        except OSError as error:
            raise CheckpointKeyLost(f"{self.trusted_file}: {error.strerror}: {LOST}") from error
        except ValueError as error:
            raise CheckpointKeyLost(f"{self.trusted_file} is no list of keys: {LOST}") from error

    def current(self) -> TrustedKey:
        """The public half of the key that signs.

        Raises:
            CheckpointKeyLost: it is gone, or not in the list.
        """
        return self._trusted_key(self._read())

    def sign(self, checkpoint: Checkpoint) -> SignedCheckpoint:
        """Sign; the checkpoint must name the current key, within that key's time.

        Raises:
            CheckpointKeyLost: the key is gone, not in the list, or its time is over.
        """
        private = self._read()
        if not self._trusted_key(private).covers(checkpoint.sealed_at):
            raise CheckpointKeyLost(
                "the time of the signing key is over: `ansim audit keys rotate`"
            )
        canonical = checkpoint.canonical()
        return SignedCheckpoint(
            canonical=canonical,
            signature=private.sign(canonical),
            public_key=raw_public_key(private),
        )

    def sign_bytes(self, content: bytes) -> tuple[bytes, bytes]:
        """A signature over other bytes (a bundle's manifest), and the raw public key."""
        private = self._read()
        return private.sign(content), self._trusted_key(private).raw

    def rotate(
        self, at: datetime, *, overlap: timedelta = OVERLAP, lost: bool = False
    ) -> TrustedKey:
        """Sign with a new key from ``at`` on; the old one endorses it and ends after the overlap.

        A rotation that was cut short is finished.

        Args:
            at: from when on the new key signs.
            overlap: how long the old one stays trusted.
            lost: the old private key is gone. The new one is endorsed by nobody then: who
                verifies must be given it by hand.
        """
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        self.trusted()
        with self._locked():
            trusted = self.trusted()
            if self._next.exists():
                begun = trusted.key(key_id_of(raw_public_key(_load(self._next))))
                if begun is not None:
                    self._promote()
                    return begun
                self._next.unlink()
            new = Ed25519PrivateKey.generate()
            key = TrustedKey(public_key=raw_public_key(new).hex(), since=at)
            if lost:
                ended = (one.ending(at) for one in trusted.keys)
                trusted = Trusted(origin=trusted.origin, keys=(*ended, key))
            else:
                key = self._endorsed(key, by=self._read(), origin=trusted.origin, at=at)
                trusted = trusted.followed_by(key, overlap=overlap)
            write_new(self._next, _pem(new), mode=PRIVATE)
            self._write(trusted)
            self._promote()
        return key

    @staticmethod
    def _endorsed(
        key: TrustedKey, *, by: Ed25519PrivateKey, origin: str, at: datetime
    ) -> TrustedKey:
        name = key_id_of(raw_public_key(by))
        signature = by.sign(endorsed(key.raw, by=name, origin=origin, since=at)).hex()
        return key.model_copy(update={"endorsement": Endorsement(by=name, signature=signature)})

    def _promote(self) -> None:
        self._next.replace(self.key_file)
        sync_folder(self._folder)

    def _read(self) -> Ed25519PrivateKey:
        return _load(self.key_file)

    def _trusted_key(self, private: Ed25519PrivateKey) -> TrustedKey:
        key = self.trusted().key(key_id_of(raw_public_key(private)))
        if key is None:
            raise CheckpointKeyLost(
                f"{self.key_file} holds a key that {self.trusted_file} does not list: {LOST}"
            )
        return key

    def _write(self, trusted: Trusted) -> None:
        write_over(self.trusted_file, trusted.to_json(), mode=PUBLIC)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """One at a time among this machine's processes; the kernel lets go if we die."""
        descriptor = os.open(self._folder / "lock", os.O_RDWR | os.O_CREAT, PRIVATE)
        try:
            flock(descriptor, LOCK_EX)
            yield
        finally:
            os.close(descriptor)


def _load(path: Path) -> Ed25519PrivateKey:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except OSError as error:
        raise CheckpointKeyLost(f"{path}: {error.strerror}: {LOST}") from error
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise CheckpointKeyLost(f"{path} holds no private key: {LOST}") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise CheckpointKeyLost(f"{path} holds another kind of key than Ed25519: {LOST}")
    return key


def _pem(key: Ed25519PrivateKey) -> bytes:
    from cryptography.hazmat.primitives.serialization import (
        Encoding,
        NoEncryption,
        PrivateFormat,
    )

    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
