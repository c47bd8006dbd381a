"""What the papers of an exported case say, ready to be set: as a page, or on paper."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from interfaces.case_file.sentences import SEOUL, Detail, Teller, elapsed
from interfaces.case_file.steps import Hidden, Step, district_of, is_drill, outcome_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from application.case_file import Case, CaseRow, OpenedPart


class Entry(NamedTuple):
    """One step of the case, in the reader's words."""

    number: int
    date: str
    seoul: str
    utc: str
    elapsed: str
    who: str
    what: str
    details: tuple[Detail, ...]
    position: int
    hash: str


@dataclass(frozen=True, slots=True)
class Account:
    """A whole case in one language."""

    title: str
    subtitle: str
    heading: tuple[Detail, ...]
    entries: tuple[Entry, ...]
    actors: tuple[Detail, ...]
    proof: str
    """One line for the foot of every page."""
    notes: tuple[str, ...]
    words: Mapping[str, str]
    language: str


def account_of(case: Case, teller: Teller) -> Account:
    steps = steps_of(case)
    words = teller.words
    checkpoint = case.signed.checkpoint
    return Account(
        title=words["doc.title"],
        subtitle=words["doc.subtitle"],
        heading=tuple(_heading(case, steps, teller)),
        entries=entries_of(steps, teller),
        actors=tuple(_actors([*(step.actor for step in steps), case.exported_by], teller)),
        proof=f"{case.report_id} · {words['doc.checkpoint']} {checkpoint.number}"
        f" · {checkpoint.facts.root[:16]}",
        notes=(words["doc.times"], words["doc.check"]),
        words=words,
        language=teller.language,
    )


def entries_of(steps: Sequence[Step], teller: Teller) -> tuple[Entry, ...]:
    """Every step, told; ``steps`` are those of one case from its first fact on."""
    return tuple(
        Entry(
            number=number,
            date=step.received_at.astimezone(SEOUL).strftime("%Y-%m-%d"),
            seoul=_clock(step.received_at.astimezone(SEOUL)),
            utc=f"{_clock(step.received_at.astimezone(UTC))}Z",
            elapsed=elapsed(steps[0].received_at, step.received_at),
            who=teller.who(step.actor),
            what=teller.what(step),
            details=tuple(teller.details(step)),
            position=step.position,
            hash=step.hash or "",
        )
        for number, step in enumerate(steps, start=1)
    )


def steps_of(case: Case) -> list[Step]:
    """The facts of an exported case, with all that could be opened of them."""
    opened: dict[int, list[OpenedPart]] = {}
    for part in case.opened:
        opened.setdefault(part.position, []).append(part)
    return [_step(row, opened.get(row.position, ())) for row in case.rows]


def _step(row: CaseRow, parts: Sequence[OpenedPart]) -> Step:
    said: dict[str, Any] = json.loads(row.open)
    if any(part.fields is None for part in parts):
        said |= dict.fromkeys(personal_of(row.topic), Hidden.ERASED)
    for part in parts:
        said |= part.fields or {}
    return Step(
        position=row.position,
        topic=row.topic,
        actor=row.actor,
        occurred_at=row.occurred_at,
        received_at=row.received_at,
        said=said,
        hash=row.hash.hex(),
    )


def personal_of(topic: str) -> Iterable[str]:
    """Names of the personal fields; none for a topic that this code does not know."""
    from domain.catalogue import FACTS

    return FACTS[topic].PERSONAL if topic in FACTS else ()


def _heading(case: Case, steps: Sequence[Step], teller: Teller) -> Iterable[Detail]:
    words = teller.words
    checkpoint = case.signed.checkpoint
    district = district_of(steps)
    outcome = outcome_of(steps)
    sealed = words["doc.checkpoint.value"].format(
        number=f"{checkpoint.number:,}",
        size=f"{checkpoint.facts.size:,}",
        sealed_at=_both(checkpoint.sealed_at),
    )
    yield Detail(words["doc.case"], str(case.report_id))
    yield Detail(words["doc.kind"], words["doc.kind.drill" if is_drill(steps) else "doc.kind.real"])
    yield Detail(words["doc.district"], teller.district(district) if district else "")
    yield Detail(words["doc.outcome"], words.get(f"outcome.{outcome}", outcome))
    yield Detail(words["doc.received"], _both(steps[0].received_at))
    yield Detail(words["doc.facts"], f"{len(steps):,}")
    yield Detail(
        words["doc.exported"], f"{_both(case.exported_at)} · {teller.who(case.exported_by)}"
    )
    yield Detail(words["doc.reason"], case.reason)
    yield Detail(words["doc.recipient"], case.recipient or words["value.none"])
    yield Detail(words["doc.checkpoint"], sealed)
    yield Detail(words["doc.root"], checkpoint.facts.root)
    yield Detail(words["doc.key"], f"{case.key_id} (Ed25519)")


def _actors(actors: Iterable[str], teller: Teller) -> Iterable[Detail]:
    """Every person's whole id: the table has its beginning only."""
    for actor in dict.fromkeys(actors):
        _, _, name = actor.partition(":")
        if _is_id(name):
            yield Detail(teller.who(actor), name)


def _is_id(name: str) -> bool:
    try:
        UUID(name)
    except ValueError:
        return False
    return True


def _clock(moment: datetime) -> str:
    return moment.strftime("%H:%M:%S.%f")[:-3]


def _both(moment: datetime) -> str:
    seoul, utc = moment.astimezone(SEOUL), moment.astimezone(UTC)
    return f"{seoul:%Y-%m-%d %H:%M:%S} KST ({utc:%Y-%m-%d %H:%M:%S}Z)"
