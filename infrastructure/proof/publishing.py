"""How far each witness has been told, and what is wrong with those that could not be.

A witness that is away is caught up later; it never keeps anything from being written or sealed.
"""

from __future__ import annotations

from contextlib import suppress
from time import monotonic
from typing import TYPE_CHECKING, Final, NamedTuple

import structlog

from application.errors import (
    ApplicationError,
    HistoryRewritten,
    WitnessRefused,
    WitnessUnavailable,
)
from domain.base import DomainError
from domain.merkle import HASH_BYTES
from infrastructure.proof.rows import CHAINS, hashes

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from application.ports import Tree, Witness
    from domain.checkpoint import SignedCheckpoint
    from infrastructure.database import Connection
    from infrastructure.proof.book import CheckpointBook
    from infrastructure.proof.trusted import Trusted

log = structlog.get_logger()

TELLING_S: Final = 10.0
LONG_AWAY_S: Final = 3600.0
WELL: Final = (
    "INSERT INTO witnesses (name, number) VALUES (%s, %s) ON CONFLICT (name)"
    " DO UPDATE SET number = excluded.number, failing_since = NULL, trouble = NULL"
)
TROUBLED: Final = (
    "INSERT INTO witnesses AS w (name, failing_since, trouble) VALUES (%s, clock_timestamp(), %s)"
    " ON CONFLICT (name) DO UPDATE SET trouble = excluded.trouble,"
    " failing_since = coalesce(w.failing_since, excluded.failing_since)"
    " RETURNING extract(epoch FROM clock_timestamp() - failing_since)::float8"
)
STANDINGS: Final = "SELECT name, number, failing_since, trouble FROM witnesses ORDER BY name"
FORGET: Final = "DELETE FROM witnesses WHERE name <> ALL(%s)"


class Standing(NamedTuple):
    """``number`` is the last checkpoint that the witness is known to hold."""

    name: str
    number: int
    failing_since: datetime | None
    trouble: str | None


def standings(connection: Connection) -> list[Standing]:
    return [Standing(*row) for row in connection.execute(STANDINGS).fetchall()]


class Publishing:
    def __init__(self, witnesses: Sequence[Witness], book: CheckpointBook) -> None:
        self._witnesses = tuple(witnesses)
        self._book = book
        self._told: dict[str, tuple[str, float]] = {}

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(witness.name for witness in self._witnesses)

    def compare(
        self, connection: Connection, last: SignedCheckpoint | None, trusted: Trusted
    ) -> None:
        """Make sure that no witness holds what we do not know to have signed.

        Raises:
            HistoryRewritten: one holds a checkpoint of ours that this database lacks.
        """
        number = last.checkpoint.number if last else 0
        for witness in self._witnesses:
            try:
                held = witness.latest()
                if held is None:
                    continue
                theirs = trusted.check(held)
            except WitnessUnavailable:
                continue  # said when it is told
            except (ApplicationError, DomainError) as error:
                self._trouble(connection, witness.name, WitnessRefused(str(error)))
                continue
            ours = self._book.numbered(connection, theirs.number)
            if theirs.number > number or ours is None or ours.canonical != held.canonical:
                raise HistoryRewritten(
                    f"{witness.name} holds a checkpoint {theirs.number} that was signed by us"
                    " and is not this database's: it has been set back, or forged"
                )

    def tell(self, connection: Connection, last: SignedCheckpoint | None, trusted: Trusted) -> None:
        """Publish to each witness whatever it lacks."""
        connection.execute(FORGET, (list(self.names),))
        for witness in self._witnesses:
            try:
                number = self._tell(connection, witness, last, trusted)
            except (ApplicationError, DomainError) as error:
                self._trouble(connection, witness.name, error)
            else:
                connection.execute(WELL, (witness.name, number))
                if self._told.pop(witness.name, None) is not None:
                    log.info("witness.caught_up", witness=witness.name, number=number)

    def _tell(
        self,
        connection: Connection,
        witness: Witness,
        last: SignedCheckpoint | None,
        trusted: Trusted,
    ) -> int:
        held = witness.latest()
        before = trusted.check(held) if held else None
        number = before.number if before else 0
        until_s = monotonic() + TELLING_S
        for missing in range(number + 1, last.checkpoint.number + 1 if last else 0):
            if monotonic() > until_s:
                break  # the rest next time: who wants to seal waits meanwhile
            signed = self._book.numbered(connection, missing)
            if signed is None:
                raise WitnessRefused(f"checkpoint {missing} is gone from the database")
            checkpoint = trusted.check(signed)
            facts = before.facts.size if before else 0
            access = before.access.size if before else 0
            witness.publish(
                signed,
                self._leaves(connection, "facts", facts, checkpoint.facts.size),
                self._leaves(connection, "access", access, checkpoint.access.size),
            )
            before, number = checkpoint, missing
        return number

    def _leaves(self, connection: Connection, tree: Tree, start: int, end: int) -> bytes:
        """Of the database; of a witness where old access records are gone, as they may be."""
        found = hashes(connection, CHAINS[tree], start, end - start)
        for witness in self._witnesses if tree == "access" else ():
            if len(found) == (end - start) * HASH_BYTES:
                break
            with suppress(ApplicationError):
                found = witness.leaves(tree, start, end - start)
        return found

    def _trouble(self, connection: Connection, name: str, error: Exception) -> None:
        """Keep it, and say it: at once, and every hour that it lasts."""
        code = error.code if isinstance(error, ApplicationError | DomainError) else "unknown"
        row = connection.execute(TROUBLED, (name, f"{code}: {error}"[:300])).fetchone()
        told = self._told.get(name)
        if told is not None and told[0] == code and monotonic() - told[1] < LONG_AWAY_S:
            return
        self._told[name] = (code, monotonic())
        if not isinstance(error, WitnessUnavailable):
            log.error("witness.refused", witness=name, why=str(error))
        elif row is not None and row[0] > LONG_AWAY_S:
            log.error("witness.long_away", witness=name, hours=round(row[0] / 3600, 1))
        else:
            log.warning("witness.away", witness=name, why=str(error))
