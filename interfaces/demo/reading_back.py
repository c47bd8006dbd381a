"""What really happened, read from the log, the folds and the partners' journals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from domain.base import Fact
from interfaces.commands.output import say
from interfaces.demo.case import Expected
from interfaces.demo.filming import seen_otherwise
from interfaces.demo.journals import Entry, about, journalled_otherwise
from interfaces.demo.people import Person
from interfaces.demo.played import Played, PlayedReport
from interfaces.demo.stage import DemoFailed, Stage, wait_for

if TYPE_CHECKING:
    from uuid import UUID

SEALINGS_MAX = 5
SETTLED_S = 60.0
FOLDED_S = 30.0

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


def read_case(stage: Stage, auditor: Person, played: Played, entries: Sequence[Entry]) -> ReadCase:
    """One case as the log has it, and where folds or journals say otherwise."""
    *before, expect = _expected(played)
    missing = []
    if played.case.expect.before is not None and len(before) != len(played.case.expect.before):
        wanted = len(played.case.expect.before)
        missing.append(f"expected {wanted} reports before the last; there are {len(before)}")
    shown = []
    for report, its in zip(played.reports, (*before, expect), strict=True):
        told, sentences = _read_report(stage, auditor, report, its, entries)
        shown.append(told)
        missing += sentences
    return ReadCase(
        shown={"case": played.case.case, **shown[-1], "before": shown[:-1]},
        missing=tuple(f"case {played.case.case}: {sentence}" for sentence in missing),
    )


def _expected(played: Played) -> list[Expected]:
    """Of each report; nothing of those that the case says nothing of."""
    before = list(played.case.expect.before or ())[: len(played.reports) - 1]
    silent = [Expected()] * (len(played.reports) - 1 - len(before))
    return [*before, *silent, played.case.expect]


def _read_report(
    stage: Stage,
    auditor: Person,
    report: PlayedReport,
    expect: Expected,
    entries: Sequence[Entry],
) -> tuple[Mapping[str, Any], Sequence[str]]:
    log = [f for f in stage.house.reader.stream(report.report_id) if isinstance(f, Fact)]
    topics = [fact.TOPIC for fact in log]
    detail, history = _folded(auditor, report.report_id, after=log[-1].envelope.position)
    outcome = str(detail["outcome"] or detail["stage"])
    shown = {
        "report_id": str(report.report_id),
        "citizen_id": detail["citizen_id"],
        "district": detail["district"],
        "outcome": outcome,
        "facts": topics,
        "clips": [clip.sha256 for clip in report.filmed],
    }
    return shown, [
        *_not_as_expected(report, expect, topics, str(detail["district"]), outcome),
        *_told_otherwise(expect, log),
        *_folded_otherwise(topics, history),
        *journalled_otherwise(expect, log, about(report.report_id, log, entries)),
        *seen_otherwise(auditor, report.report_id, report.filmed, log),
        *_written_otherwise(auditor, report),
    ]


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
    report: PlayedReport, expect: Expected, topics: Sequence[str], district: str, outcome: str
) -> Iterable[str]:
    if not _in_order(report.owed, topics):
        yield f"the steps must have left {report.owed} in order; the log has {list(topics)}"
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


def _told_otherwise(expect: Expected, log: Iterable[Fact]) -> Iterable[str]:
    for told in expect.told:
        found = [fact.model_dump(mode="json") for fact in log if told.topic == fact.TOPIC]
        if not any(_has(fact, told.has) for fact in found):
            seen = [{name: fact.get(name) for name in told.has} for fact in found]
            yield f"expected {told.topic} with {told.has}; the log has it with {seen}"


def _has(fact: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    return all(name in fact and fact[name] == value for name, value in wanted.items())


def _written_otherwise(auditor: Person, report: PlayedReport) -> Iterable[str]:
    """Every word that either side wrote must be readable by who may, as it was written."""
    if not (report.written or report.sent):
        return
    shown = auditor.get(f"/v1/reports/{report.report_id}/messages")
    words = {str(one["body"]) for one in shown}
    for text in (*report.written, *report.sent):
        if text not in words:
            yield f"{text!r} was written, and is not among the messages of the report"


def _folded_otherwise(topics: Sequence[str], history: Sequence[Mapping[str, Any]]) -> Iterable[str]:
    folded = [row["topic"] for row in history]
    if folded != list(topics):
        yield f"the history has {folded}, and the log {list(topics)}"
