"""What one duplicate costs the batch that it comes in."""

from __future__ import annotations

import time
from statistics import median
from typing import TYPE_CHECKING, Final

from application.policies import called_for
from application.safe_return import Receipt, SaveRequest
from benchmarks.life import CITIZENS, citizen, decided
from benchmarks.peers.ours import house_on
from infrastructure.database import Database
from infrastructure.log.append import Answered, AppendRequest, LogWriter, Stored

if TYPE_CHECKING:
    from collections.abc import Sequence

    from application.context import Context
    from benchmarks.life import Decided
    from infrastructure.bootstrap import House

TOGETHER: Final = 64
PAIRS: Final = 120
WARM_UP: Final = 5


def one_in_a_batch(url: str) -> dict[str, float]:
    """Batches of 64, one clean, one with a duplicate, in turn; milliseconds are medians.

    A duplicate is a command that was answered before and is asked again: decided anew, so its
    fact has another event id, under the same idempotency key.
    """
    house = house_on(url)
    database = Database(url, application_name="duplicates")
    writer = LogWriter(database)
    names = [f"duplicates-{number}" for number in range(TOGETHER)]
    for name in names:
        for number in range(CITIZENS):
            house.key_ring.sealing_key(citizen(name, number))
    lives = [decided(name) for name in names]
    took_ms: dict[bool, list[float]] = {False: [], True: []}
    again, context = next(decided("duplicates"))  # the trigger of a life, which has a key
    writer.append([_request(house, again, context)])
    for _ in range(PAIRS + WARM_UP):
        for is_marred in (False, True):
            batch = [_request(house, *next(life)) for life in lives[is_marred:]]
            if is_marred:
                batch.insert(TOGETHER // 2, _request(house, again, context))
            began = time.perf_counter()
            outcomes = writer.append(batch)
            took_ms[is_marred].append((time.perf_counter() - began) * 1000)
            _tell(batch)
            _check(outcomes, duplicates=int(is_marred))
    database.close()
    house.close()
    clean_ms, marred_ms = (median(took_ms[is_marred][WARM_UP:]) for is_marred in (False, True))
    return {
        "clean_ms": round(clean_ms, 3),
        "with_one_ms": round(marred_ms, 3),
        "ratio": round(marred_ms / clean_ms, 3),
    }


def _request(house: House, report: Decided, context: Context) -> AppendRequest:
    facts = report.collect_events()
    receipt = Receipt(aggregate_id=report.id).model_dump_json()
    save = SaveRequest(context=context, outbox=called_for(facts), receipt=receipt)
    return AppendRequest.of([house.app.mapper.to_stored_event(fact) for fact in facts], save)  # type: ignore[misc]


def _tell(batch: Sequence[AppendRequest]) -> None:
    """As the recorder does: the new keys of these facts are stored."""
    for key in (key for request in batch for fact in request.facts for key in fact.new_keys):
        key.told(True)


def _check(outcomes: Sequence[object], *, duplicates: int) -> None:
    answered = sum(isinstance(one, Answered) for one in outcomes)
    stored = sum(isinstance(one, Stored) for one in outcomes)
    if (answered, stored) != (duplicates, TOGETHER - duplicates):
        raise RuntimeError(f"{answered} duplicates and {stored} stored of {len(outcomes)}")
