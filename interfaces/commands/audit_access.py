"""Who read whose data: what an auditor and a supervisor ask at the machine's own shell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from interfaces.commands.options import AsJson, Home, moment
from interfaces.commands.output import print_json, print_lines, print_table, say

if TYPE_CHECKING:
    from application.access_book import AccessQuestion, AccessRecord, Month
    from application.review_desk import Review
    from infrastructure.bootstrap import House

RECORD_COLUMNS = ("id", "at", "kind", "actor", "account", "district", "what", "why", "about")
ACCOUNT_COLUMNS = (
    "actor",
    "account",
    "district",
    "reads",
    "subjects",
    "refusals",
    "out_of_hours",
    "without_open_case",
    "exports",
    "provisions",
)


def add_to(app: typer.Typer) -> None:
    app.command()(access)
    app.command()(review)


def access(
    subject: Annotated[UUID, typer.Option(help="Whose data: a person's id, or a report's.")],
    actor: Annotated[
        str | None, typer.Option(help="Only this reader: role and id, or the machine's account.")
    ] = None,
    since: Annotated[
        datetime | None,
        typer.Option("--from", parser=moment, metavar="TIME", help="Seoul time without a zone."),
    ] = None,
    until: Annotated[
        datetime | None,
        typer.Option("--to", parser=moment, metavar="TIME", help="Seoul time without a zone."),
    ] = None,
    why: Annotated[str, typer.Option(help="Why you ask; to ask is itself recorded.")] = "audit",
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """Show who read one person's data, what, when and why; the newest first."""
    from application.access_book import AccessQuestion
    from interfaces.commands.opened import opened

    question = AccessQuestion(subject=subject, actor=actor, since=since, until=until)
    with opened() as house:
        found = list(_all(house, question, why))
    if as_json:
        print_json({"subject": subject, "records": [record.model_dump() for record in found]})
        return
    print_table(
        f"Who read the data of {subject}",
        RECORD_COLUMNS,
        ([getattr(record, column) for column in RECORD_COLUMNS] for record in found),
    )


def _all(house: House, question: AccessQuestion, why: str) -> Iterator[AccessRecord]:
    """Page after page under one context; each page of it is an access of its own."""
    from interfaces.commands.opened import as_command

    context = as_command()
    while page := house.access_desk.asked(context, question, why=why):
        yield from page
        if len(page) < question.limit:
            return
        question = question.model_copy(update={"before": page[-1].id})


def review(
    month: Annotated[str, typer.Option(metavar="YYYY-MM", help="A calendar month in Seoul.")],
    district: Annotated[
        str | None, typer.Option(metavar="CODE", help="One district's; five digits.")
    ] = None,
    done: Annotated[
        str | None,
        typer.Option(metavar="REMARK", help="Keep that it has been gone through, and what for."),
    ] = None,
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """Report a month's reads of personal data, account by account, for the supervisor."""
    from interfaces.commands.opened import as_command, opened

    wanted = _month(month)
    with opened() as house:
        found = house.review_desk.review(as_command(), wanted, district)
        if done is not None:
            _finish(house, wanted, district, done)
            found = house.review_desk.review(as_command(), wanted, district)
    if as_json:
        print_json(_told(found))
        return
    _print(found)


def _finish(house: House, month: Month, district: str | None, remark: str) -> None:
    from pydantic import ValidationError

    from application.review_desk import FinishReview
    from interfaces.commands.opened import as_command

    try:
        command = FinishReview(month=month, district=district, remark=remark)
    except ValidationError as error:
        raise typer.BadParameter(error.errors()[0]["msg"], param_hint="--done") from error
    house.review_desk.finish(command, as_command())
    say(f"the review of {month.first:%Y-%m} is kept as done")


def _month(text: str) -> Month:
    from application.access_book import Month

    try:
        return Month(first=date.fromisoformat(f"{text}-01"))
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is no month, such as 2026-11") from error


def _told(found: Review) -> dict[str, Any]:
    return {"month": f"{found.month.first:%Y-%m}", **found.model_dump(exclude={"month"})}


def _print(found: Review) -> None:
    whose = found.district or "the whole city"
    state = "done" if found.done_at else "waits for the supervisor" if found.prepared else "open"
    print_table(
        f"Reads of personal data in {found.month.first:%Y-%m}, {whose} ({state})",
        ACCOUNT_COLUMNS,
        ([getattr(one, column) for column in ACCOUNT_COLUMNS] for one in found.accounts),
    )
    print_lines(_most_read(found))
    if found.exports:
        columns = ("at", "actor", "account", "about", "why", "recipient")
        rows: list[Sequence[object]] = [
            [getattr(one, column) for column in columns] for one in found.exports
        ]
        print_table("Exports", columns, rows)


def _most_read(found: Review) -> Iterator[str]:
    for one in found.accounts:
        if one.most_read:
            read = ", ".join(f"{most.subject} ({most.reads})" for most in one.most_read)
            yield f"most read by {one.actor}: {read}"
