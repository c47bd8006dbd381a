"""What an export asks of the notary: a checkpoint over the case, proofs, and a signature."""

from __future__ import annotations

from typing import TYPE_CHECKING

from application.errors import HistoryRewritten, LogUnavailable

if TYPE_CHECKING:
    from domain.checkpoint import SignedCheckpoint
    from domain.merkle import Tree
    from infrastructure.proof.notary import Notary
    from infrastructure.proof.signing_keys import SigningKeys


class CaseSealing:
    """See ``application.export_desk.Sealing``."""

    def __init__(self, notary: Notary, keys: SigningKeys) -> None:
        self._notary = notary
        self._keys = keys

    def seal_upto(self, position: int, reason: str) -> SignedCheckpoint:
        """Seal, and read back what the table holds: it counts only with its signature.

        Raises:
            LogUnavailable: the key was changed in this very moment; ask again.
            NotTrusted, HistoryRewritten, CheckpointKeyLost: see ``Notary.seal``.
        """
        self._notary.seal(reason)
        signed = self._notary.latest()
        if signed is None:
            raise HistoryRewritten("the checkpoint that was just sealed is not there")
        checkpoint = self._keys.trusted().check(signed)
        if checkpoint.facts.size < position:
            raise HistoryRewritten(f"checkpoint {checkpoint.number} ends before {position}")
        if checkpoint.key_id != self._keys.current().key_id:
            raise LogUnavailable("the signing key was changed meanwhile: ask again")
        return signed

    def tree(self, signed: SignedCheckpoint) -> Tree:
        """The tree of facts under this checkpoint.

        Raises:
            HistoryRewritten: the log's rows are not those that were sealed.
        """
        sealed = signed.checkpoint.facts
        tree = self._notary.facts_tree(sealed.size)
        if tree.root().hex() != sealed.root:
            raise HistoryRewritten(f"the first {sealed.size} facts are not those that were sealed")
        return tree

    def sign(self, text: bytes) -> tuple[bytes, bytes]:
        return self._keys.sign_bytes(text)
