"""What would have been under other numbers; nothing is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from textwrap import wrap
from typing import Annotated, Any

import typer

from interfaces.commands.options import AsJson, Home, moment
from interfaces.commands.output import print_json, print_lines, print_table, progress

From = Annotated[
    datetime | None,
    typer.Option(
        "--from",
        parser=moment,
        metavar="TIME",
        help="Reports triggered from then on; Seoul time without a zone. Default: all.",
    ),
]
To = Annotated[
    datetime | None,
    typer.Option("--to", parser=moment, metavar="TIME", help="And before then. Default: all."),
]
Policies = Annotated[
    list[str] | None,
    typer.Option(
        "--policy",
        metavar="NAME=VALUE",
        help="A number that would be other, such as cancel_window_s=7; may be given several times.",
    ),
]
COLUMNS = {
    "reports": "reports",
    "cancels": "cancels",
    "dispatches": "police",
    "escalations": "rises",
    "answered_in_time": "in time",
    "answer_median_s": "answer s",
}
WIDTH = 79
NAMED_MAX = 20


def add_to(app: typer.Typer) -> None:
    app.command()(whatif)


def whatif(
    policy: Policies = None,
    begin: From = None,
    end: To = None,
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """Decide a period's reports again under other policy numbers, and show what would differ.

    Cancels, requests to the police, answer times and escalations, by district, and each report
    whose course differs, with the reason. Nothing is written to the log. What people would have
    done otherwise, nobody can know: see docs/time-travel.md.
    """
    from application.whatif.changes import ROUTING, read_changes
    from interfaces.commands.opened import opened

    asked = policy or []
    read_changes(asked)  # before anything is started
    with opened() as house:
        routed = any(one.startswith(ROUTING) for one in asked)
        changes = read_changes(asked, house.districts.codes() if routed else None)
        with progress("deciding again") as advance:
            result = house.what_if(changes, begin, end, advance)
        told = {"policy": changes.told(house.policy), **result}
    if as_json:
        print_json(told)
        return
    _show(told)


def _show(told: Mapping[str, Any]) -> None:
    period = told["period"]
    numbers = ", ".join(
        f"{name} {_plain(one['would_be'])} instead of {_plain(one['is'])}"
        for name, one in told["policy"].items()
    )
    print_table(
        f"{period['reports']:,} reports, {numbers}",
        ("district", *COLUMNS.values()),
        (_row(one) for one in told["by_district"]),
    )
    print_lines(_sentences(told))


def _row(one: Mapping[str, Any]) -> list[object]:
    was, would = one["was"], one["would_be"]
    return [one["district"], *(_change(was[name], would[name]) for name in COLUMNS)]


def _change(was: object, would: object) -> str:
    before, after = _plain(was), _plain(would)
    return before if before == after else f"{before} → {after}"


def _plain(value: object) -> str:
    match value:
        case None:
            return "none"
        case float():
            return f"{value:,.1f}".removesuffix(".0")
        case dict():
            return ", ".join(f"{origin}→{goal}" for origin, goal in value.items()) or "none"
        case _:
            return str(value)


def _sentences(told: Mapping[str, Any]) -> Iterator[str]:
    cancels, dispatches = told["cancels"], told["dispatches"]
    for what, one in (("Cancels", cancels), ("Requests to the police", dispatches)):
        yield f"{what}: {one['was']:,}, would be {one['would_be']:,}."
    different = told["reports"]
    if not different:
        yield "No report would have gone another way."
    for one in different[:NAMED_MAX]:
        yield f"  {one['report_id']}  {one['district']}  {'; '.join(one['why'])}"
    if len(different) > NAMED_MAX:
        yield f"  and {len(different) - NAMED_MAX:,} more: --json names them all"
    yield from wrap(told["cannot_know"], WIDTH)
