"""One of several processes that write to one log, and meet all that can go wrong in it."""

from __future__ import annotations

import json
import random
import sys
from base64 import b64encode
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid4, uuid5

import psycopg
from eventsourcing.persistence import StoredEvent

from application.context import Context, Idempotency, system
from application.errors import Conflict, LogUnavailable
from application.safe_return import AlreadyAnswered, Receipt
from domain.device import Device
from domain.platform import Platform
from infrastructure.bootstrap import House, set_up_log_lines
from infrastructure.log.recorder import LogRecorder
from infrastructure.log.stored import StoredFact
from infrastructure.settings import Settings

KEK = b64encode(bytes(32)).decode()
AT = datetime(2026, 3, 1, tzinfo=UTC)
THREADS = 2
DEVICES_MAX = 20
"""Of one save; each brings a fact."""
CONTESTED = 200
"""Aggregates and keys that all processes want; the first gets them."""
KEY_TOO_LONG = 9_000
"""Characters that no index takes: the append fails after its facts have been written."""
APPEND_LOCK = 71933208

ABANDONED = """
INSERT INTO events
SELECT position + 1, %s, 1, 'device.revoked', 1, %s, %s, NULL, 'nobody', NULL,
       clock_timestamp(), clock_timestamp(), '{}', NULL, hash
FROM log_head
"""
FAULTY = """
WITH stored AS (
    INSERT INTO events
    SELECT nextval('faulty_positions'), aggregate, version, topic, 1, gen_random_uuid(),
           gen_random_uuid(), NULL, 'nobody', NULL, clock_timestamp(), clock_timestamp(), open,
           NULL, ''
    FROM unnest(%s::uuid[], %s::int[], %s::text[], %s::text[])
         AS e(aggregate, version, topic, open)
    RETURNING position)
SELECT array_agg(position ORDER BY position), pg_sleep(random() * 0.02) FROM stored
"""


@dataclass(frozen=True)
class Task:
    """What one process is to do; it travels as JSON.

    ``faulty`` gives positions out by a sequence, as a log must not.
    """

    service_url: str
    superuser_url: str
    seed: int
    facts: int
    faulty: bool = False

    def argv(self) -> list[str]:
        return [sys.executable, "-m", "tests.faults.writing", json.dumps(asdict(self))]


class SequenceRecorder(LogRecorder):
    """The planted fault: transactions commit in another order than their positions say."""

    def __init__(self, house: House, superuser_url: str) -> None:
        super().__init__(house.database)
        self._url = superuser_url

    def insert_events(
        self, stored_events: Sequence[StoredEvent], **_kwargs: Any
    ) -> Sequence[int] | None:
        facts = [StoredFact.of(event) for event in stored_events]
        columns = [
            [fact.originator_id for fact in facts],
            [fact.originator_version for fact in facts],
            [fact.topic for fact in facts],
            [fact.state.decode() for fact in facts],
        ]
        with psycopg.connect(self._url, autocommit=True) as connection:
            [(positions, _)] = connection.execute(FAULTY, columns).fetchall()
            connection.execute("SELECT pg_notify('ansim_log', '')")
        return positions


class Writing:
    """One thread of such a process."""

    def __init__(self, house: House, task: Task, number: int) -> None:
        self._house = house
        self._task = task
        self._chance = random.Random(f"{task.seed}/{number}")
        self._context = system("writing", correlation_id=uuid4())
        self.outcomes: Counter[str] = Counter()
        self.acknowledged: list[tuple[int, str]] = []
        """Positions of last facts, and whose they are."""

    def run(self) -> None:
        """Write until enough facts are acknowledged."""
        turns = [self._save, self._contend, self._repeat, self._fail, self._abandon]
        weights = [1, 0, 0, 0, 0] if self._task.faulty else [80, 8, 6, 3, 3]
        while self.outcomes["facts"] < self._task.facts / THREADS:
            [turn] = self._chance.choices(turns, weights)
            try:
                turn()
            except Conflict:
                self.outcomes["conflicts"] += 1
            except AlreadyAnswered:
                self.outcomes["repeats"] += 1
            except (LogUnavailable, psycopg.OperationalError):
                self.outcomes["failures"] += 1

    def _save(self, *more: UUID, context: Context | None = None) -> None:
        own = [uuid4() for _ in range(self._chance.randint(1, DEVICES_MAX))]
        devices = [
            Device.enroll(
                device_id=one, citizen_id=one, platform=Platform.ANDROID, secret="s", at=AT
            )
            for one in (*own, *more)
        ]
        last = devices[-1].id
        receipt = self._house.app.commit(
            devices, context=context or self._context, receipt=Receipt(aggregate_id=last)
        )
        self.outcomes["facts"] += len(devices)
        self.acknowledged.append((receipt.position or 0, str(last)))

    def _contend(self) -> None:
        """Facts of its own with one of an aggregate that others want too."""
        self._save(uuid5(NAMESPACE_URL, f"/contested/{self._chance.randrange(CONTESTED)}"))

    def _repeat(self) -> None:
        self._save(context=self._under_key(str(self._chance.randrange(CONTESTED))))

    def _fail(self) -> None:
        """The append writes its facts, and then meets an error."""
        self._save(context=self._under_key(self._chance.randbytes(KEY_TOO_LONG // 2).hex()))

    def _abandon(self) -> None:
        """Hold the log, take the next position, and go away."""
        with psycopg.connect(self._task.superuser_url) as connection:
            connection.execute("SELECT pg_advisory_xact_lock(%s)", (APPEND_LOCK,))
            connection.execute(ABANDONED, (uuid4(), uuid4(), uuid4()))
            connection.execute("UPDATE log_head SET position = position + 1")
            connection.rollback()
        self.outcomes["abandoned"] += 1

    def _under_key(self, key: str) -> Context:
        idempotency = Idempotency(route="POST /written", key=key, body_sha256=b"")
        return self._context.model_copy(update={"idempotency": idempotency})


def main(task: Task) -> None:
    set_up_log_lines("writing")  # to stderr: stdout is for the report
    settings = Settings(database_url=task.service_url, key_encryption_key=KEK)
    with House(settings, role="writing") as house, ThreadPoolExecutor(THREADS) as threads:
        if task.faulty:
            house.recorder = SequenceRecorder(house, task.superuser_url)
        writings = [Writing(house, task, number) for number in range(THREADS)]
        list(threads.map(Writing.run, writings))
    outcomes = sum((one.outcomes for one in writings), Counter())
    acknowledged = [pair for one in writings for pair in one.acknowledged]
    sys.stdout.write(json.dumps({"outcomes": outcomes, "acknowledged": acknowledged}))


if __name__ == "__main__":
    main(Task(**json.loads(sys.argv[1])))
