"""The part of the house that proves: signing keys, witnesses, the notary."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from application.ports import Witness
    from infrastructure.database import Database
    from infrastructure.embedded.home import Home
    from infrastructure.proof.notary import Notary
    from infrastructure.proof.served import ServedWitness
    from infrastructure.proof.signing_keys import SigningKeys
    from infrastructure.settings import Settings


class Proving:
    """Members of ``House``; it gives the rest."""

    if TYPE_CHECKING:
        settings: Settings

        @property
        def home(self) -> Home: ...
        @property
        def database(self) -> Database: ...

    @cached_property
    def signing_keys(self) -> SigningKeys:
        """Those that sign checkpoints; made by the notary when nothing was ever sealed."""
        from infrastructure.proof.signing_keys import SigningKeys

        return SigningKeys(
            self.home.keys / "checkpoint", key_file=self.settings.checkpoint_key_file
        )

    @cached_property
    def witnesses(self) -> tuple[Witness, ...]:
        """All that the settings name; a folder in the home when they name none.

        Raises:
            AnsimError: an address is none that is known.
        """
        from infrastructure.proof.addresses import witnesses_at

        addresses = self.settings.witnesses or f"file:{self.home.path / 'witness'}"
        return witnesses_at(addresses, timeout_s=self.settings.witness_timeout_s, keys=self._keys)

    def witness(self, address: str) -> Witness:
        """The one at an address that somebody names."""
        from infrastructure.proof.addresses import witness_at

        return witness_at(address, timeout_s=self.settings.witness_timeout_s, keys=self._keys)

    def make_witness(self, address: str, publisher: str | None) -> None:
        """Make the schema of a witness in the PostgreSQL at this address.

        Raises:
            AnsimError: it is the address of something else.
            WitnessRefused, WitnessUnavailable: it is one already, or cannot be reached.
        """
        from infrastructure.embedded.errors import AnsimError
        from infrastructure.proof.postgres_witness import PostgresWitness

        witness = self.witness(address)
        if not isinstance(witness, PostgresWitness):
            raise AnsimError(f"{witness.name} needs no schema: only a postgresql:// one does")
        witness.init(publisher)

    def served_witness(self, folder: Path, trusted: Path) -> ServedWitness:
        """What ``ansim witness`` serves: a folder, and a list of keys that it was given.

        Raises:
            AnsimError: the list cannot be read.
        """
        from infrastructure.embedded.errors import AnsimError
        from infrastructure.proof.folder_witness import FolderWitness
        from infrastructure.proof.served import ServedWitness
        from infrastructure.proof.trusted import Trusted

        try:
            given = Trusted.from_json(trusted.read_bytes())
            folder.mkdir(parents=True, exist_ok=True)
            store = FolderWitness(folder)
            return ServedWitness(store, given, folder / "trusted.json")
        except OSError as error:
            raise AnsimError(f"{error.filename}: {error.strerror}") from error
        except ValueError as error:
            raise AnsimError(
                f"{trusted} is no list of trusted keys: copy HOME/keys/checkpoint/trusted.json"
            ) from error

    @cached_property
    def notary(self) -> Notary:
        """Seals and publishes."""
        from infrastructure.proof.book import CheckpointBook
        from infrastructure.proof.notary import Notary
        from infrastructure.proof.publishing import Publishing

        stamps = None
        if self.settings.time_stamp_url is not None:
            from infrastructure.proof.time_stamps import TimeStamps

            stamps = TimeStamps(
                self.settings.time_stamp_url,
                self.home.path / "time-stamps",
                timeout_s=self.settings.witness_timeout_s,
            )
        book = CheckpointBook(self.signing_keys.key_file.parent / "last.json")
        return Notary(
            self.database,
            self.signing_keys,
            book,
            Publishing(self.witnesses, book),
            stamps,
        )

    def _keys(self) -> bytes:
        return self.signing_keys.trusted().to_json()

    def close_proving(self) -> None:
        """Close what was built of it."""
        for witness in self.__dict__.get("witnesses", ()):
            if hasattr(witness, "close"):
                witness.close()
