"""Another key-encryption key: every data key is wrapped anew, and no fact is touched.

What is done stands in the rows, so a rotation that was cut short is gone on with by the next.
From its first moment new keys are wrapped under the new one (``key_custody.kek_id``); the old one
is needed until the last row has changed. Then its file is set aside under its id, for back-ups
that were made before, until somebody forgets it for good.
"""

from __future__ import annotations

import base64
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from application.errors import KeyRingUnavailable
from infrastructure.away import told_when_away
from infrastructure.kek import KEY_BYTES, NEXT, RETIRED, read_file

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from application.erasure_ports import Advance
    from infrastructure.database import Database
    from infrastructure.kek import KeyWrapper

BATCH: Final = 200
MAKING_KEYS: Final = 71933210
"""The advisory lock that every maker of a key shares; see ``make_subject_key``."""
_NEXT_BATCH: Final = """
SELECT key_id, subject, wrapped, kek_id FROM subject_keys
WHERE destroyed_at IS NULL AND kek_id <> %s LIMIT %s FOR UPDATE
"""
_REWRAP: Final = "UPDATE subject_keys SET wrapped = %s, kek_id = %s WHERE key_id = %s"
_COUNTS: Final = """
SELECT kek_id, count(*) FROM subject_keys WHERE destroyed_at IS NULL GROUP BY 1 ORDER BY 1
"""


@dataclass(frozen=True, slots=True)
class KeysStatus:
    """Under which key-encryption keys how many data keys lie."""

    current: str
    wrapped: Mapping[str, int]
    destroyed: int
    retired: tuple[str, ...]
    """Ids of key files that only older back-ups need."""

    @property
    def left(self) -> int:
        """How many data keys a rotation has still to wrap."""
        return sum(count for kek_id, count in self.wrapped.items() if kek_id != self.current)


class Rotation:
    """``further`` reads every key-encryption key that this process may use, by id, anew."""

    def __init__(self, database: Database, further: Callable[[], Mapping[str, KeyWrapper]]) -> None:
        self._database = database
        self._further = further

    def wrap_all(self, target: KeyWrapper, advance: Advance) -> int:
        """Wrap every living data key under ``target``; how many were wrapped now.

        Raises:
            KeyRingUnavailable: a key lies under a key-encryption key that is not to be found.
        """
        known = dict(self._further()) | {target.id: target}
        with (
            told_when_away(),
            self._database.connection() as connection,
            connection.transaction(),
        ):
            connection.execute("SELECT pg_advisory_xact_lock(%s)", (MAKING_KEYS,))
            connection.execute("UPDATE key_custody SET kek_id = %s", (target.id,))
            row = connection.execute(
                "SELECT count(*) FROM subject_keys WHERE destroyed_at IS NULL AND kek_id <> %s",
                (target.id,),
            ).fetchone()
        total = int(row[0]) if row else 0
        done = 0
        while batch := self._wrap_batch(target, known):
            done += batch
            advance(done, max(done, total))
        return done

    def _wrap_batch(self, target: KeyWrapper, known: Mapping[str, KeyWrapper]) -> int:
        with (
            told_when_away(),
            self._database.connection() as connection,
            connection.transaction(),
        ):
            rows = connection.execute(_NEXT_BATCH, (target.id, BATCH)).fetchall()
            for key_id, subject, wrapped, kek_id in rows:
                old = known.get(kek_id)
                if old is None:
                    raise KeyRingUnavailable(
                        f"subject keys lie under the key-encryption key {kek_id}, which is not "
                        "here: restore its file, then rotate again"
                    )
                secret = old.unwrap(wrapped, subject=subject, key_id=key_id)
                anew = target.wrap(secret, subject=subject, key_id=key_id)
                connection.execute(_REWRAP, (anew, target.id, key_id))
        return len(rows)

    def status(self, configured: KeyWrapper, file: Path | None) -> KeysStatus:
        with told_when_away(), self._database.connection() as connection:
            current = connection.execute("SELECT kek_id FROM key_custody").fetchone()
            wrapped = {row[0]: int(row[1]) for row in connection.execute(_COUNTS)}
            destroyed = connection.execute(
                "SELECT count(*) FROM subject_keys WHERE destroyed_at IS NOT NULL"
            ).fetchone()
        return KeysStatus(
            current=current[0] if current and current[0] else configured.id,
            wrapped=wrapped,
            destroyed=int(destroyed[0]) if destroyed else 0,
            retired=tuple(sorted(one.name.partition(RETIRED)[2] for one in _retired(file))),
        )


def successor(file: Path) -> KeyWrapper:
    """The key file's successor, made when there is none yet."""
    path = file.with_name(file.name + NEXT)
    if not path.exists():
        read_file(file)  # nothing is made beside a key that is not there
        making = file.with_name(file.name + ".making")
        descriptor = os.open(making, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as opened:
            opened.write(base64.b64encode(os.urandom(KEY_BYTES)).decode())
            opened.flush()
            os.fsync(opened.fileno())
        making.rename(path)
        _sync(file.parent)
    return read_file(path)


def succeed(file: Path) -> None:
    """Let the successor take the key file's place; the old one stays under its id."""
    old = file.with_name(f"{file.name}{RETIRED}{read_file(file).id}")
    if not old.exists():
        os.link(file, old)
    file.with_name(file.name + NEXT).replace(file)
    _sync(file.parent)


def forget_retired(file: Path, kek_id: str) -> None:
    """Destroy a retired key for good: what only it could open is lost, in back-ups too.

    Raises:
        KeyRingUnavailable: there is no such file.
    """
    path = file.with_name(f"{file.name}{RETIRED}{kek_id}")
    try:
        size = path.stat().st_size
        with path.open("r+b") as opened:
            opened.write(bytes(size))
            opened.flush()
            os.fsync(opened.fileno())
        path.unlink()
    except OSError as error:
        raise KeyRingUnavailable(f"{path}: {error.strerror}: see `ansim keys status`") from error
    _sync(file.parent)


def _retired(file: Path | None) -> list[Path]:
    return list(file.parent.glob(f"{file.name}{RETIRED}*")) if file is not None else []


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
