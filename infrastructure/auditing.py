"""The part of the house that an auditor asks: is the history whole?"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from infrastructure.embedded.errors import AnsimError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from application.ports import Witness
    from infrastructure.database import Database
    from infrastructure.embedded.home import Home
    from infrastructure.key_ring import PostgresKeyRing
    from infrastructure.log.verify import Verified
    from infrastructure.proof.signing_keys import SigningKeys
    from infrastructure.proof.trusted import Trusted
    from infrastructure.settings import Settings


class Auditing:
    """Members of ``House``; it gives the rest."""

    if TYPE_CHECKING:
        settings: Settings

        @property
        def home(self) -> Home: ...
        @property
        def database(self) -> Database: ...
        @property
        def key_ring(self) -> PostgresKeyRing: ...
        @property
        def signing_keys(self) -> SigningKeys: ...
        @property
        def witnesses(self) -> tuple[Witness, ...]: ...
        def witness(self, address: str) -> Witness: ...

    def verify_log(
        self,
        progress: Callable[[int, int], None] | None = None,
        *,
        first: int = 1,
        addresses: Sequence[str] = (),
        trusted: Path | None = None,
        all_seals: bool = False,
    ) -> Verified:
        """Recompute the chains of facts and access records, and hear the witnesses.

        Args:
            progress: told now and then how many rows are done, and how many there are.
            first: the position to begin at.
            addresses: of the witnesses to hear (or a folder), each of which must answer and
                hold something; none means those that the settings name, of which one must answer.
            trusted: a list of trusted keys of the asker's own, in place of this machine's.
            all_seals: open every row's sealed parts, also those that a signature covers.

        Raises:
            WitnessUnavailable: a witness that was named, or every one that is set, is away.
            CheckpointKeyLost: there are checkpoints and no list of trusted keys.
            KeyRingUnavailable: all sealed parts are to be opened, and the keys cannot be read.
            AnsimError: the log has not this code's shape, or ends before ``first``.
        """
        with ThreadPoolExecutor(max_workers=1) as beside:
            # The home's server may have to be started: that takes as long as these imports.
            database = beside.submit(lambda: self.database)
            from infrastructure.log.sealing import Sealer
            from infrastructure.log.verify import verify

            named = [self.witness(one if ":" in one else f"file:{one}") for one in addresses]
            opener = Sealer(self.key_ring) if all_seals else None
            return verify(
                database.result(),
                first=first,
                witnesses=named or self._set_witnesses(),
                all_must_answer=bool(addresses),
                trusted=self._trusted(trusted),
                remembered=self.signing_keys.key_file.with_name("last.json"),
                opener=lambda: opener or Sealer(self.key_ring),
                all_seals=all_seals,
                progress=progress,
            )

    def _set_witnesses(self) -> Sequence[Witness]:
        """Those that are set; a machine without a home of its own has not even the folder in it."""
        return self.witnesses if self.settings.witnesses or self.home.is_made() else ()

    def _trusted(self, file: Path | None) -> Trusted | None:
        """None where nothing was ever sealed, as far as this machine knows."""
        from infrastructure.proof.trusted import Trusted

        if file is not None:
            try:
                return Trusted.from_json(file.read_bytes())
            except (OSError, ValueError) as error:
                raise AnsimError(
                    f"{file} is no list of trusted keys: give a trusted.json as "
                    "it lies in keys/checkpoint of the home"
                ) from error
        keys = self.signing_keys
        return keys.trusted() if keys.trusted_file.exists() else None
