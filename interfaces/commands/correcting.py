"""Corrections of reports, from the machine's own shell."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

import typer

from interfaces.commands.options import AsJson, Home
from interfaces.commands.output import print_json, say


def _fact(text: str) -> UUID | int:
    try:
        return int(text) if text.isdecimal() else UUID(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is neither a log position nor an event id") from error


def _field(text: str) -> Any:
    from domain.emergency.correcting import Correctable

    return _one_of(Correctable, text)


def _verified(text: str) -> Any:
    from domain.emergency.vocabulary import VerifiedBy

    return _one_of(VerifiedBy, text)


def _one_of(words: type[StrEnum], text: str) -> StrEnum:
    try:
        return words(text)
    except ValueError as error:
        known = ", ".join(words)
        raise typer.BadParameter(f"{text!r} is none of {known}") from error


VerifiedHow = Annotated[
    Any,
    typer.Option(
        parser=_verified,
        metavar="HOW",
        help="How one knows, of the outcome safe: camera, police, pin or met_in_person.",
    ),
]
DuplicateOf = Annotated[
    UUID | None, typer.Option(help="The report that it repeats, of the outcome duplicate.")
]


def add_to(app: typer.Typer) -> None:
    app.command()(correct)


def correct(
    report_id: Annotated[UUID, typer.Argument(help="The report.")],
    field: Annotated[
        Any,
        typer.Option(
            parser=_field, metavar="FIELD", help="What was wrong: outcome, district or how."
        ),
    ],
    value: Annotated[str, typer.Option(help="What is right: a code, or a district's digits.")],
    reason: Annotated[str, typer.Option(help="Why; sealed with the citizen's data.")],
    fact: Annotated[
        Any,
        typer.Option(
            parser=_fact,
            metavar="POSITION|EVENT_ID",
            help="The fact that is wrong, to be sure that it is the one that stands.",
        ),
    ] = None,
    verified_by: VerifiedHow = None,
    duplicate_of: DuplicateOf = None,
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """Correct what a fact of a report stated; the old fact stays, and views show both."""
    from pydantic import ValidationError

    from application.emergency.commands import CorrectReport
    from interfaces.commands.opened import as_command, opened

    try:
        command = CorrectReport(
            report_id=report_id,
            field=field,
            value=value,
            reason=reason,
            fact=fact,
            verified_by=verified_by,
            duplicate_of=duplicate_of,
        )
    except ValidationError as error:
        wrong = error.errors()[0]
        raise typer.BadParameter(f"--{wrong['loc'][0]}: {wrong['msg']}") from error
    with opened() as house:
        receipt = house.emergency_desk.correct(command, as_command())
    if as_json:
        print_json({"report_id": report_id, "position": receipt.position})
    elif receipt.position is None:
        say(f"{field} stands as {value} already: nothing to correct")
    else:
        say(f"corrected at position {receipt.position:,}: {field} is {value}")
