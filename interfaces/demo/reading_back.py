"""What really happened, read from the log, the folds and the partners' journals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx

from domain.base import Fact
from domain.emergency import facts
from interfaces.commands.output import say
from interfaces.demo.filming import seen_otherwise
from interfaces.demo.people import Person
from interfaces.demo.player import Played
from interfaces.demo.stage import DemoFailed, Stage, wait_for

if TYPE_CHECKING:
    from uuid import UUID

SEALINGS_MAX = 5
SETTLED_S = 30.0
FOLDED_S = 10.0
JOURNAL_S = 5.0

OUTSTANDING = """
SELECT (SELECT count(*) FROM timers WHERE fired_at IS NULL AND due_at < clock_timestamp()),
       (SELECT count(*) FROM deliveries WHERE state IN ('pending', 'leased'))
       + (SELECT count(*) FROM clips WHERE state IN ('pending', 'leased'))
"""
COUNTS = """
SELECT (SELECT count(*) FROM timers WHERE fired_at IS NOT NULL),
       (SELECT count(*) FROM deliveries WHERE state = 'done'),
       (SELECT count(*) FROM deliveries WHERE state = 'dead')
"""


@dataclass(frozen=True, slots=True)
class ReadCase:
    shown: Mapping[str, Any]
    missing: tuple[str, ...]
    """Sentences about what had to be there and was not."""


def wait_until_settled(stage: Stage) -> None:
    """Wait until no due timer and no delivery is outstanding.

    Raises:
        DemoFailed: some are, after all that time.
    """
    left: tuple[int, int] = (0, 0)

    def look() -> bool:
        nonlocal left
        with stage.house.database.connection() as connection:
            row = connection.execute(OUTSTANDING).fetchone()
        left = (row[0], row[1]) if row else (0, 0)
        return left == (0, 0)

    try:
        wait_for(look, what="the end of all that is due", within_s=SETTLED_S)
    except DemoFailed:
        raise DemoFailed(
            f"{left[0]} due timers have not fired and {left[1]} deliveries or clips are not done "
            f"after {SETTLED_S:g} s: are the roles schedule, relay and work running?"
        ) from None


def counts(stage: Stage) -> dict[str, int]:
    with stage.house.database.connection() as connection:
        row = connection.execute(COUNTS).fetchone()
    fired, done, dead = row or (0, 0, 0)
    return {"timers_fired": fired, "deliveries_done": done, "dead_letters": dead}


def audited(stage: Stage) -> dict[str, Any]:
    """Seal all that was written, last, and verify it; custody seals once more when it stops."""
    house = stage.house
    say("sealing and verifying the log …")
    for _ in range(SEALINGS_MAX):
        house.notary.seal("demo")
        verified = house.verify_log()
        newest = house.notary.latest()
        if newest is not None and newest.checkpoint.facts.size >= verified.position:
            break
    else:
        raise DemoFailed("facts are still being written: the last checkpoint does not cover them")
    return {
        "audit": {
            "verified": verified.ok,
            "positions": verified.position,
            "checkpoints": newest.checkpoint.number,
        }
    }


def journal(stage: Stage) -> list[Mapping[str, Any]]:
    """Everything that the partners say they have taken in."""
    try:
        entries: list[Mapping[str, Any]] = httpx.get(
            f"{stage.partners_url}/journal", timeout=JOURNAL_S
        ).json()
    except httpx.HTTPError as error:
        raise DemoFailed(f"the partners' journal cannot be read: {error}") from error
    return entries


def read_case(
    stage: Stage, auditor: Person, played: Played, entries: Sequence[Mapping[str, Any]]
) -> ReadCase:
    """One case as the log has it, and where folds or journals say otherwise."""
    log = [f for f in stage.house.reader.stream(played.report_id) if isinstance(f, Fact)]
    topics = [fact.TOPIC for fact in log]
    detail, history = _folded(auditor, played.report_id, after=log[-1].envelope.position)
    outcome = str(detail["outcome"] or detail["stage"])
    own = [entry for entry in entries if entry["body"].get("report_id") == str(played.report_id)]
    return ReadCase(
        shown={
            "case": played.case.case,
            "report_id": str(played.report_id),
            "citizen_id": detail["citizen_id"],
            "district": detail["district"],
            "outcome": outcome,
            "facts": topics,
            "clips": [clip.sha256 for clip in played.filmed],
        },
        missing=tuple(
            f"case {played.case.case}: {sentence}"
            for sentence in (
                *_not_as_expected(played, topics, str(detail["district"]), outcome),
                *_folded_otherwise(topics, history),
                *_journalled_otherwise(log, own),
                *seen_otherwise(auditor, played.report_id, played.filmed, log),
            )
        ),
    )


def _folded(auditor: Person, report_id: UUID, *, after: int) -> tuple[Any, Any]:
    """The report and its history from the read models, no older than ``after``."""
    path = f"/v1/reports/{report_id}"

    def look() -> tuple[Any, Any] | None:
        answers = [
            auditor.ask("GET", one, params={"after": after}) for one in (path, f"{path}/history")
        ]
        if all(answer.is_success for answer in answers):
            return answers[0].json(), answers[1].json()
        return None

    return wait_for(look, what=f"position {after} in the read models", within_s=FOLDED_S)


def _not_as_expected(
    played: Played, topics: Sequence[str], district: str, outcome: str
) -> Iterable[str]:
    expect = played.case.expect
    if not _in_order(played.owed, topics):
        yield f"the steps must have left {played.owed} in order; the log has {list(topics)}"
    if not _in_order(expect.ordered, topics):
        yield f"expected {expect.ordered} in order; the log has {list(topics)}"
    if absent := [topic for topic in expect.anywhere if topic not in topics]:
        yield f"expected {absent} too; the log has {list(topics)}"
    if present := [topic for topic in expect.forbidden if topic in topics]:
        yield f"{present} must never come; the log has {list(topics)}"
    if expect.district not in (None, district):
        yield f"expected district {expect.district}; the read model has {district}"
    if expect.outcome not in (None, outcome):
        yield f"expected the outcome {expect.outcome}; the read model has {outcome}"


def _in_order(wanted: Iterable[str], found: Iterable[str]) -> bool:
    left = iter(found)
    return all(topic in left for topic in wanted)


def _folded_otherwise(topics: Sequence[str], history: Sequence[Mapping[str, Any]]) -> Iterable[str]:
    folded = [row["topic"] for row in history]
    if folded != list(topics):
        yield f"the history has {folded}, and the log {list(topics)}"


def _journalled_otherwise(
    log: Sequence[Fact], entries: Sequence[Mapping[str, Any]]
) -> Iterable[str]:
    """Whatever the log says of a partner, the partner's own journal must know, and no more."""
    known = {(entry["channel"], entry["reference"]) for entry in entries}
    for channel, reference in sorted(_told_by_partners(log) - known):
        yield f"the log has {channel} {reference}, which the partner's journal does not know"
    for channel, reference in sorted(known - _told_by_partners(log)):
        yield f"the partner's journal has {channel} {reference}, of which the log knows nothing"
    if entries and any(isinstance(fact, facts.Accepted) and fact.drill for fact in log):
        yield "a drill has reached a partner"
    asked = [fact for fact in log if isinstance(fact, facts.PoliceRequested)]
    told = [entry for entry in entries if entry["channel"] == "police"]
    gone = [fact for fact in log if isinstance(fact, facts.PartnerUnreachable)]
    if len(asked) > len(told) + len(gone):
        yield f"the police were asked {len(asked)} times; their journal has {len(told)} requests"


def _told_by_partners(log: Iterable[Fact]) -> set[tuple[str, str]]:
    told: set[tuple[str, str]] = set()
    for fact in log:
        match fact:
            case facts.PoliceAcknowledged() | facts.PatrolArrived():
                told.add(("police", fact.reference))
            case facts.AmbulanceAcknowledged() | facts.AmbulanceArrived():
                told.add(("ambulance", fact.reference))
            case facts.CallPlaced() | facts.CallConnected() | facts.CallEnded():
                told.add(("call", fact.call_id))
            case _:
                continue
    return told
