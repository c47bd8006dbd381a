"""Whole logs, made quickly: lives of reports, interleaved as in a city, in a valid hash chain.

Every row is what the mapper would have stored (sealed under keys of the key ring), every hash
what the append function would have computed; only the way in is another, COPY, because appending
a million facts one by one would take longer than all that is measured.
"""

from __future__ import annotations

import hashlib
import heapq
import random
import re
import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import psycopg

from benchmarks.lives import CITIZEN, DISTRICT, T0, lives
from infrastructure.log.mapper import shape_of
from infrastructure.log.sealing import Place, Sealer, pack

if TYPE_CHECKING:
    from collections.abc import Iterator

    from domain.base import Fact
    from infrastructure.bootstrap import House
    from infrastructure.log.sealing import KeyRing

CITIZENS: Final = 200
REPORT_EVERY_S: Final = 20.0
OPEN_AT_END: Final = 16
DISTRICTS: Final = tuple(
    f"11{number}" for number in
    (110, 140, 170, 200, 215, 230, 260, 290, 305, 320, 350, 380, 410, 440, 470, 500, 530, 545,
     560, 590, 620, 650, 680, 710, 740)
)  # fmt: skip
EPOCH: Final = datetime(2000, 1, 1, tzinfo=UTC)
LENGTH: Final = struct.Struct(">i")
BIG: Final = struct.Struct(">iq")
INT: Final = struct.Struct(">ii")
NULL: Final = LENGTH.pack(-1)
COLUMNS: Final = struct.pack(">h", 15)
COPY: Final = "COPY events FROM STDIN (FORMAT binary)"
HEADER: Final = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
TRAILER: Final = b"\xff\xff"
ACTOR: Final = b"system:schedule"
CHUNK: Final = 1_000
VARIABLE: Final = re.compile(
    rb"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
    rb"|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z|trigger-[a-z-]+"
     rb"|\b" + DISTRICT.encode() + rb"\b"
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """One fact of a life, with what another life has in other words left open."""

    topic: bytes
    schema: int
    after_s: float
    occurred: bool
    parts: tuple[bytes, ...]
    """Of the open part; every second one is to be replaced."""
    personal: bytes | None


@dataclass(slots=True, order=True)
class Life:
    """A report under way; ordered by when its next fact happens."""

    due: float
    number: int
    steps: tuple[Step, ...]
    report_id: UUID
    began: float
    district: bytes
    citizen: UUID
    done: int = 0


class Chain:
    """Rows as COPY takes them, chained from where the log ends."""

    def __init__(self, key_ring: KeyRing, *, seed: int = 1) -> None:
        self._key_ring = key_ring
        self._sealer = Sealer(key_ring)
        self._chance = random.Random(seed)
        self._kinds = [(weight, _steps(facts)) for weight, facts in lives()]
        self._citizens = [self._uuid() for _ in range(CITIZENS)]
        self.position = 0
        self.hash = bytes(32)
        self.moment = 0.0

    def rows(self, facts: int) -> Iterator[bytes]:
        """So many facts, and a few more until a usual number of reports is open at the end."""
        under_way: list[Life] = []
        number = count()
        next_at = self.moment
        while self.position < facts or len(under_way) != OPEN_AT_END:
            while not under_way or under_way[0].due > next_at:
                heapq.heappush(under_way, self._life(next(number), next_at))
                next_at += self._chance.expovariate(1 / REPORT_EVERY_S)
            life = under_way[0]
            yield self._row(life)
            life.done += 1
            if life.done == len(life.steps):
                heapq.heappop(under_way)
            else:
                life.due = life.began + life.steps[life.done].after_s
                heapq.heapreplace(under_way, life)

    def _life(self, number: int, at: float) -> Life:
        weights = [weight for weight, _ in self._kinds]
        [(_, steps)] = self._chance.choices(self._kinds, weights)
        return Life(
            due=at,
            number=number,
            steps=steps,
            report_id=self._uuid(),
            began=at,
            district=self._chance.choice(DISTRICTS).encode(),
            citizen=self._chance.choice(self._citizens),
        )

    def _row(self, life: Life) -> bytes:
        step = life.steps[life.done]
        version = life.done + 1
        self.position += 1
        self.moment = max(self.moment, life.due)
        framed = b"".join(
            (
                BIG.pack(8, self.position),
                _framed(life.report_id.bytes),
                INT.pack(4, version),
                _framed(step.topic),
                INT.pack(4, step.schema),
                _framed(self._uuid().bytes),
                _framed(self._uuid().bytes),
                NULL,
                _framed(ACTOR),
                _moment(life.due) if step.occurred else NULL,
                _moment(life.due),
                _moment(self.moment),
                _framed(_open(step, life)),
                self._sealed(step, life, version),
            )
        )
        self.hash = hashlib.sha256(self.hash + framed).digest()
        return COLUMNS + framed + _framed(self.hash)

    def _sealed(self, step: Step, life: Life, version: int) -> bytes:
        if step.personal is None:
            return NULL
        place = Place(life.report_id, version, step.topic.decode(), step.schema)
        part = self._sealer.seal(step.personal, self._key_ring.sealing_key(life.citizen), place)
        return _framed(pack([part]) or b"")

    def _uuid(self) -> UUID:
        return UUID(int=self._chance.getrandbits(128), version=4)


def build(house: House, superuser_url: str, facts: int, *, seed: int = 1) -> int:
    """Fill an empty log with so many facts and a few more; how many there are now.

    The superuser writes them, because nobody else may COPY there.
    """
    chain = Chain(house.key_ring, seed=seed)
    with psycopg.connect(superuser_url) as connection:
        with connection.cursor() as cursor, cursor.copy(COPY) as copy:
            waiting = [HEADER]
            for row in chain.rows(facts):
                waiting.append(row)
                if len(waiting) >= CHUNK:
                    copy.write(b"".join(waiting))
                    waiting.clear()
            copy.write(b"".join((*waiting, TRAILER)))
        connection.execute(
            "UPDATE log_head SET position = %s, hash = %s, recorded_at = %s",
            (chain.position, chain.hash, T0 + timedelta(seconds=round(chain.moment, 3))),
        )
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        connection.execute("VACUUM (ANALYZE) events")
        connection.execute("CHECKPOINT")
    return chain.position


def _steps(facts: Any) -> tuple[Step, ...]:
    return tuple(_step(fact) for fact in facts)


def _step(fact: Fact) -> Step:
    """Through the mapper, so that the bytes are those that production stores."""
    shape = shape_of(type(fact))
    to_json = type(fact).__pydantic_serializer__.to_json
    names = set(shape.personal)
    text = to_json(fact, exclude=set(shape.not_open))
    parts: list[bytes] = []
    end = 0
    for found in VARIABLE.finditer(text):
        parts += [text[end : found.start()], found.group()]
        end = found.end()
    return Step(
        topic=fact.TOPIC.encode(),
        schema=fact.SCHEMA,
        after_s=(fact.timestamp - T0).total_seconds(),
        occurred=fact.occurred_at is not None,
        parts=(*parts, text[end:]),
        personal=to_json(fact, include=names) if names else None,
    )


def _open(step: Step, life: Life) -> bytes:
    parts = list(step.parts)
    for place in range(1, len(parts), 2):
        known = parts[place]
        if known == DISTRICT.encode():
            parts[place] = life.district
        elif known.startswith(b"trigger-"):
            parts[place] = b"t-%d" % life.number
        elif known == str(CITIZEN).encode():
            parts[place] = str(life.citizen).encode()
        elif known.endswith(b"Z"):
            then = datetime.fromisoformat(known.decode()) + timedelta(seconds=round(life.began, 3))
            parts[place] = then.isoformat().replace("+00:00", "Z").encode()
    return b"".join(parts)


def _framed(value: bytes) -> bytes:
    return LENGTH.pack(len(value)) + value


def _moment(seconds: float) -> bytes:
    moment = T0 + timedelta(seconds=round(seconds, 3))
    return BIG.pack(8, (moment - EPOCH) // timedelta(microseconds=1))
