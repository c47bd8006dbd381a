"""What auditors look up: the history of one report, session, or anything else in the log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from domain.session_kind import SessionKind
from interfaces.commands.options import AsJson, At, Home, InLanguage, language_of
from interfaces.commands.output import print_json, say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from domain.base import Fact
    from infrastructure.bootstrap import House
    from interfaces.case_file.steps import Step

REPORT = "emergency."
STATE_FIELDS = ("stage", "district", "districts", "drill", "ringing", "held_by", "outcome", "over")


def add_to(app: typer.Typer) -> None:
    app.command()(replay)


def replay(
    about: Annotated[
        UUID, typer.Argument(metavar="ID", help="The report, session, bell, protection or form.")
    ],
    at: At = None,
    position: Annotated[
        int | None, typer.Option(min=0, metavar="N", help="As it stood at this log position.")
    ] = None,
    why: Annotated[
        str | None,
        typer.Option(help="Open personal fields too, for this reason; leaves an access record."),
    ] = None,
    speed: Annotated[
        float | None,
        typer.Option(
            min=0.01,
            metavar="TIMES",
            help="Play it in its own rhythm, this many times as fast; without, all at once.",
        ),
    ] = None,
    language: InLanguage = "ko",
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """Replay one life from the log: every fact in order, and what they add up to."""
    from interfaces.commands.opened import opened

    if at is not None and position is not None:
        raise typer.BadParameter("give --at or --position, not both")
    if as_json and speed is not None:
        raise typer.BadParameter("give --json or --speed, not both")
    spoken = language_of(language)
    with opened() as house:
        until = house.reader.position_at(at) if at is not None else position
        facts = _facts_until(house, about, until)
        state = _state_after(facts)
        erased = _erased(house, facts)
        told = [_told(fact, erased) for fact in facts]
        if why is not None:
            _open(house, about, told, why)
        districts = {} if as_json else dict(house.districts.codes())
    if as_json:
        print_json(_named(about, told) | {"until": until, "state": state, "facts": told})
        return
    from interfaces.case_file.sentences import Teller
    from interfaces.case_file.terminal import play

    play(about, [_step(fact) for fact in told], Teller(spoken, districts), speed=speed)


def _named(about: UUID, told: Sequence[Mapping[str, Any]]) -> dict[str, UUID]:
    """``id``; a report is called ``report_id``, too, as it was before there was anything else."""
    is_report = told[0]["topic"].startswith(REPORT)
    return {"id": about} | ({"report_id": about} if is_report else {})


def _step(told: Mapping[str, Any]) -> Step:
    from interfaces.case_file.steps import Hidden, Step

    opened = told.get("opened")
    erased = told["erased"] if opened is None else told["sealed"]
    hidden = dict.fromkeys(told["sealed"], Hidden.SEALED) | dict.fromkeys(erased, Hidden.ERASED)
    return Step(
        position=told["position"],
        topic=told["topic"],
        actor=told["actor"],
        occurred_at=told["occurred_at"],
        received_at=told["received_at"],
        said=told["content"] | hidden | (opened or {}),
    )


def _facts_until(house: House, about: UUID, until: int | None) -> Sequence[Fact]:
    from application.errors import Unknown
    from domain.base import Fact

    facts = []
    for fact in house.reader.stream(about):
        if not isinstance(fact, Fact):
            say(f"not readable here: {fact.topic} at position {fact.position}: {fact.reason}")
        elif until is None or fact.envelope.position <= until:
            facts.append(fact)
    if not facts:
        when = "" if until is None else f" at position {until}"
        raise Unknown(f"the log has nothing of {about}{when}")
    return facts


def _state_after(facts: Sequence[Fact]) -> Mapping[str, Any]:
    from domain.base import project

    report = project(None, facts)
    return {name: getattr(report, name, None) for name in STATE_FIELDS}


def _erased(house: House, facts: Sequence[Fact]) -> frozenset[UUID]:
    """Subjects of these facts whose keys are destroyed; nothing is opened to know it."""
    subjects = {part.subject for fact in facts for part in fact.envelope.sealed}
    return frozenset(subjects.difference(house.subject_keys.living(subjects)))


def _told(fact: Fact, erased: frozenset[UUID]) -> dict[str, Any]:
    """A fact without anything personal: what is sealed or erased is named only."""
    envelope = fact.envelope
    times = ("occurred_at", "timestamp")
    beside = {"originator_id", "originator_version", "originator_topic", *times}
    return {
        "position": envelope.position,
        "version": fact.originator_version,
        "topic": fact.TOPIC,
        "occurred_at": fact.occurred_at,
        "received_at": fact.received_at,
        "recorded_at": envelope.recorded_at,
        "actor": envelope.actor,
        "correlation_id": envelope.correlation_id,
        "content": fact.model_dump(mode="json", exclude=beside | set(fact.PERSONAL)),
        "sealed": sorted(fact.PERSONAL) if envelope.sealed else [],
        "erased": [
            field
            for field in sorted(fact.PERSONAL)
            if (part := fact.sealed(field)) is not None and part.subject in erased
        ],
    }


def _open(house: House, about: UUID, told: list[dict[str, Any]], why: str) -> None:
    """Put the opened personal fields beside the facts; the access record is stored first."""
    from interfaces.commands.opened import as_command

    kind = told[0]["topic"].partition(".")[0]
    if f"{kind}." != REPORT and kind not in set(SessionKind):
        raise typer.BadParameter(f"--why does not open a {kind}: that is done on its own page")
    desk = house.reading_desk if f"{kind}." == REPORT else house.session_reading
    opened = {row["version"]: row for row in desk.history(as_command(), about, why=why)}
    for fact in told:
        fact["opened"] = opened.get(fact["version"], {}).get("personal")
