"""A witness in a second PostgreSQL, ruled by somebody else.

``ansim witness init`` makes its schema there. One function takes a checkpoint, and takes it only
after the one before; triggers refuse every change, to the owner too. Whoever publishes may call
that function and read; nothing else.
"""

from __future__ import annotations

from contextlib import contextmanager
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

import psycopg
from psycopg.conninfo import conninfo_to_dict

from application.errors import WitnessRefused, WitnessUnavailable
from domain.checkpoint import NotACheckpoint, SignedCheckpoint
from domain.merkle import HASH_BYTES
from infrastructure.proof.edge import Edge, follow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from application.ports import Tree

SIGNED: Final = "SELECT canonical, signature, public_key FROM ansim_witness.checkpoints "
LAST: Final = SIGNED + "ORDER BY number DESC LIMIT 1"
NUMBERED: Final = SIGNED + "WHERE number = %s"
PEAKS: Final = "SELECT peaks FROM ansim_witness.checkpoints WHERE number = %s"
TAKE: Final = "SELECT ansim_witness.take(%s, %s, %s, %s, %s, %s, %s, %s, %s)"
LEAVES: Final = {
    tree: f"SELECT {tree}_size, {tree}_leaves FROM ansim_witness.checkpoints"  # noqa: S608
    f" WHERE {tree}_size > %s AND {tree}_size - length({tree}_leaves) / 32 < %s ORDER BY number"
    for tree in ("facts", "access")
}
NOT_MADE: Final = (psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName)


class PostgresWitness:
    """Args: ``address`` is a libpq address; its password is never shown."""

    def __init__(self, address: str, *, timeout_s: float) -> None:
        told = conninfo_to_dict(address)
        self.name = f"postgresql://{told.get('host', '')}/{told.get('dbname', '')}"
        self._address = address
        self._timeout_s = timeout_s

    def init(self, publisher: str | None) -> None:
        """Make the schema; ``publisher`` is the role that may publish. Needs an owner's rights.

        Raises:
            WitnessUnavailable: it cannot be reached.
            WitnessRefused: it is there already, or may not be made.
        """
        script = files("infrastructure.proof").joinpath("postgres_witness.sql").read_text()
        with self._connected() as connection, connection.transaction():
            connection.execute(script.encode())
            if publisher is not None:
                name = psycopg.sql.Identifier(publisher)
                for grant in (
                    "GRANT USAGE ON SCHEMA ansim_witness TO {}",
                    "GRANT SELECT ON ansim_witness.checkpoints TO {}",
                    "GRANT EXECUTE ON FUNCTION ansim_witness.take TO {}",
                ):
                    connection.execute(psycopg.sql.SQL(grant).format(name))

    def publish(self, signed: SignedCheckpoint, facts_leaves: bytes, access_leaves: bytes) -> None:
        """See ``application.ports.Witness``."""
        new = signed.checkpoint
        with self._connected() as connection:
            held = _one(connection, LAST)
            if held is not None and new.number <= held.checkpoint.number:
                other = _one(connection, NUMBERED, new.number)
                if other is None or other.canonical != signed.canonical:
                    raise WitnessRefused(f"{self.name} holds another checkpoint {new.number}")
                return
            edge = follow(held, _edge(connection, held), signed, facts_leaves, access_leaves)
            connection.execute(
                TAKE,
                (
                    new.number,
                    new.facts.size,
                    new.access.size,
                    signed.canonical,
                    signed.signature,
                    signed.public_key,
                    edge.packed(),
                    facts_leaves,
                    access_leaves,
                ),
            )

    def latest(self) -> SignedCheckpoint | None:
        with self._connected() as connection:
            return _one(connection, LAST)

    def get(self, number: int) -> SignedCheckpoint | None:
        with self._connected() as connection:
            return _one(connection, NUMBERED, number)

    def leaves(self, tree: Tree, start: int, count: int) -> bytes:
        """See ``application.ports.Witness``."""
        joined = bytearray()
        with self._connected() as connection:
            for size, part in connection.execute(LEAVES[tree].encode(), (start, start + count)):
                first = size - len(part) // HASH_BYTES
                low, high = max(start - first, 0), start + count - first
                joined += part[low * HASH_BYTES : high * HASH_BYTES]
        return bytes(joined)

    @contextmanager
    def _connected(self) -> Iterator[psycopg.Connection[tuple[Any, ...]]]:
        try:
            with psycopg.connect(
                self._address,
                autocommit=True,
                connect_timeout=max(2, round(self._timeout_s)),
                application_name="ansim-witness",
                options=f"-c lock_timeout={self._timeout_s * 1000:.0f}"
                f" -c statement_timeout={self._timeout_s * 4000:.0f}",
            ) as connection:
                yield connection
        except psycopg.errors.RaiseException as error:
            raise WitnessRefused(f"{self.name}: {error.diag.message_primary}") from error
        except NOT_MADE as error:
            raise WitnessUnavailable(
                f"{self.name} has no schema of a witness: `ansim witness init` makes it"
            ) from error
        except (psycopg.errors.DuplicateSchema, psycopg.errors.InsufficientPrivilege) as error:
            raise WitnessRefused(f"{self.name}: {error.diag.message_primary}") from error
        except psycopg.Error as error:
            raise WitnessUnavailable(f"{self.name}: {type(error).__name__}") from error


def _one(
    connection: psycopg.Connection[tuple[Any, ...]], query: str, *values: int
) -> SignedCheckpoint | None:
    row = connection.execute(query.encode(), values).fetchone()
    if row is None:
        return None
    canonical, signature, public_key = map(bytes, row)
    try:
        signed = SignedCheckpoint(canonical=canonical, signature=signature, public_key=public_key)
        signed.checkpoint  # noqa: B018 - is it one?
    except (ValueError, NotACheckpoint) as error:
        raise WitnessUnavailable("a checkpoint there is damaged") from error
    return signed


def _edge(connection: psycopg.Connection[tuple[Any, ...]], held: SignedCheckpoint | None) -> Edge:
    if held is None:
        return Edge.empty()
    row = connection.execute(PEAKS, (held.checkpoint.number,)).fetchone()
    try:
        return Edge.of(held.checkpoint, bytes(row[0]) if row else b"")
    except ValueError as error:
        raise WitnessUnavailable("the peaks there are damaged") from error
