"""Audit: facts verified a second, and what the past costs beside the present.

One log is built by COPY, sealed by the notary and published to a folder. Then, in turn: the whole
verification as `ansim audit verify` does it (witness, Merkle roots, signatures, order, heads, one
recount), and the limit, which is SHA-256 over the same bytes in one plain loop, the rows being in
memory already. Medians. Then the queue as of the middle of the log against the live one, see
``benchmarks.as_of``.
"""

from __future__ import annotations

import argparse
import json
import time
from hashlib import sha256
from statistics import median
from typing import TYPE_CHECKING, Any

from benchmarks import as_of
from benchmarks.cluster import own_server, told_by
from benchmarks.growth import grown
from infrastructure.log.verify import verify
from infrastructure.proof.book import CheckpointBook
from infrastructure.proof.folder_witness import FolderWitness
from infrastructure.proof.notary import Notary
from infrastructure.proof.publishing import Publishing
from infrastructure.proof.signing_keys import SigningKeys
from infrastructure.verifying.copying import Row, batches
from infrastructure.verifying.tables import FACTS as CHAIN

if TYPE_CHECKING:
    from infrastructure.database import Database
    from infrastructure.embedded.postgres import PostgresServer

FACTS = 1_000_000
ROUNDS = 5
HELD = 250_000
"""So many rows are held in memory for the limit."""


def verifying(server: PostgresServer, database: Database, rounds: int) -> dict[str, Any]:
    """``verify_per_s``, ``sha256_limit_per_s`` and their ratio."""
    keys = SigningKeys(server.home.keys / "checkpoint")
    book = CheckpointBook(server.home.path / "last.json")
    witness = FolderWitness(server.home.path / "witness")
    Notary(database, keys, book, Publishing((witness,), book)).seal("benchmark")
    held = _held(database)
    verified, limits = [], []
    position = 0
    for _ in range(rounds):
        began = time.perf_counter()
        found = verify(database, witnesses=(witness,), trusted=keys.trusted())
        verified.append(found.position / (time.perf_counter() - began))
        limits.append(_hashed_per_s(held))
        if not found.ok or found.witnessed != found.position:
            raise ValueError(f"the log is not whole: {found}")
        position = found.position
    per_s, limit = median(verified), median(limits)
    return {
        "verify_per_s": round(per_s),
        "sha256_limit_per_s": round(limit),
        "ratio": round(per_s / limit, 3),
        "facts": position,
        "bytes_a_fact": round(sum(map(len, held)) / len(held)),
    }


def _held(database: Database) -> list[bytes]:
    """What is hashed of each row, beside the hash before it."""
    connection = database.dedicated()
    try:
        connection.execute("SET statement_timeout = 0")
        sent = batches(connection, CHAIN.copy(1, HELD))
        return [Row.of(row).framed for batch in sent for row in batch]
    finally:
        connection.close()


def _hashed_per_s(held: list[bytes]) -> float:
    began = time.perf_counter()
    previous = bytes(32)
    for framed in held:
        previous = sha256(previous + framed).digest()
    return len(held) / (time.perf_counter() - began)


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="benchmarks.audit",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--json", action="store_true", help="the last line is JSON in any case")
    parser.add_argument("--facts", type=int, default=FACTS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    asked = parser.parse_args()
    with own_server() as server:
        log = grown(server, asked.facts)
        try:
            told = verifying(server, log.house.database, asked.rounds)
            told |= as_of.on(server, log)
        finally:
            log.house.close()
        told |= {"server": told_by(server)}
    print(json.dumps(told))


if __name__ == "__main__":
    main()
