"""What ``ansim witness`` does with what it is sent: it trusts nobody but the keys it was given."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from application.errors import WitnessRefused
from infrastructure.proof.files import write_over
from infrastructure.proof.trusted import NotTrusted, Trusted, TrustedKey

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from domain.checkpoint import SignedCheckpoint
    from infrastructure.proof.folder_witness import FolderWitness


class ServedWitness:
    """A folder's witness, and the keys whose checkpoints it takes.

    A key that a trusted one has endorsed is trusted from then on, also after a new start.
    """

    def __init__(self, store: FolderWitness, given: Trusted, learnt: Path) -> None:
        self._store = store
        self._learnt = learnt
        self._lock = Lock()
        self._trusted = given
        if learnt.exists():
            for key in Trusted.from_json(learnt.read_bytes()).keys:
                self._trusted = self._trusted.followed_by(key)

    @property
    def store(self) -> FolderWitness:
        return self._store

    def publish(
        self,
        signed: SignedCheckpoint,
        facts_leaves: bytes,
        access_leaves: bytes,
        keys: Sequence[dict[str, Any]] = (),
    ) -> None:
        """Take a checkpoint, if a trusted key signed it and it continues what is held.

        Raises:
            NotTrusted: nobody trusted signed it.
            NotACheckpoint: it is none.
            WitnessRefused: it is another history than what is held.
        """
        with self._lock:
            trusted = self._with(keys) if keys else self._trusted
            trusted.check(signed)
            self._store.publish(signed, facts_leaves, access_leaves)
            if trusted is not self._trusted:
                write_over(self._learnt, trusted.to_json(), mode=0o644)
                self._trusted = trusted

    def _with(self, keys: Sequence[dict[str, Any]]) -> Trusted:
        """The list and what it endorses of others; the rest is not heeded."""
        trusted = self._trusted
        for one in keys:
            try:
                trusted = trusted.followed_by(TrustedKey.model_validate(one))
            except ValidationError as error:
                raise WitnessRefused("what came as a key is none") from error
            except NotTrusted:
                continue
        return trusted
