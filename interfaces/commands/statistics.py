"""Figures: what has been counted, and counts that come from outside."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from interfaces.commands.options import AsJson, Home, KnownOn, day
from interfaces.commands.output import print_json, print_table, say

if TYPE_CHECKING:
    from application.past import AsOf

stats = typer.Typer(help="What has been counted.", no_args_is_help=True)
imports = typer.Typer(help="Take in counts from outside.", no_args_is_help=True)

InputFile = Annotated[
    Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="The file to read.")
]


@stats.command()
def downloads(known_on: KnownOn = None, as_json: AsJson = False, home: Home = None) -> None:
    """Show downloads of the citizens' app: cumulative totals, by store, by year."""
    from interfaces.commands.opened import as_command, opened

    with opened() as house:
        _show(
            "Downloads",
            house.reading_desk.downloads(as_command(), as_of=_past(known_on)),
            as_json=as_json,
        )


@stats.command()
def usage(known_on: KnownOn = None, as_json: AsJson = False, home: Home = None) -> None:
    """Show uses of the service: opening balances and what the log has counted since."""
    from interfaces.commands.opened import as_command, opened

    with opened() as house:
        _show(
            "Uses", house.reading_desk.usage(as_command(), as_of=_past(known_on)), as_json=as_json
        )


@stats.command(name="correct-downloads")
def correct_downloads(
    store: Annotated[str, typer.Argument(help="The store that restated a day.")],
    on: Annotated[date, typer.Argument(parser=day, metavar="DAY", help="The day, in Seoul.")],
    count: Annotated[int, typer.Argument(min=0, help="What is right.")],
    reason: Annotated[str, typer.Option(help="Why; stands in the ledger.")],
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """Correct the downloads of a day that has been reported; the first count stays in the log."""
    from application.ledger_desk import CorrectDownloads
    from interfaces.commands.opened import as_command, opened

    if not reason.strip():
        raise typer.BadParameter("--reason: say why")
    command = CorrectDownloads(store=store, day=on, count=count, reason=reason.strip())
    with opened() as house:
        receipt = house.ledger_desk.correct_downloads(command, as_command())
    if as_json:
        print_json({"store": store, "day": on, "position": receipt.position})
    elif receipt.position is None:
        say(f"{store} {on}: {count} stands already")
    else:
        say(f"corrected at position {receipt.position:,}: {store} {on} is {count}")


def _past(known_on: date | None) -> AsOf | None:
    from application import past

    return None if known_on is None else past.KnownOn(known_on)


def _show(title: str, figures: object, *, as_json: bool) -> None:
    if as_json:
        print_json(figures)
        return
    print_table(title, ("figure", "value"), _flat("", figures))


def _flat(prefix: str, value: object) -> list[tuple[str, object]]:
    if not isinstance(value, dict):
        return [(prefix, value)]
    rows = []
    for name, part in value.items():
        rows += _flat(f"{prefix} {name}".strip(), part)
    return rows


@imports.callback()
def _imports() -> None:
    pass


@imports.command(name="downloads")
def import_downloads(file: InputFile, as_json: AsJson = False, home: Home = None) -> None:
    """Take in daily downloads from a CSV file (`store,day,count`; see docs/figures.md).

    A count that stands already is a repeat. Lines that cannot be taken are set aside with the
    reason, and the command exits with code 3.
    """
    from application.download_counts import read_counts
    from interfaces.commands.opened import as_command, opened

    read = read_counts(file.read_bytes())
    with opened() as house:
        receipt = house.ledger_desk.report_downloads(read.counts, as_command())
    refused = [*read.quarantined, *receipt.refused]
    if as_json:
        print_json({"stored": receipt.stored, "repeated": receipt.repeated, "set_aside": refused})
    else:
        say(f"{receipt.stored} stored, {receipt.repeated} known already, {len(refused)} set aside")
        for one in refused:
            say(f"  line {one.line}: {one.reason}")
    if refused:
        raise typer.Exit(3)


@imports.command(name="figures")
def import_figures(file: InputFile, as_json: AsJson = False, home: Home = None) -> None:
    """Take in published totals of the years before this system (see docs/figures.md)."""
    from application.figures import read_figures
    from interfaces.commands.opened import as_command, opened

    figures = read_figures(file.read_text(encoding="utf-8-sig"))
    with opened() as house:
        receipt = house.ledger_desk.import_figures(figures, as_command())
    if as_json:
        print_json({"opened": receipt.opened, "position": receipt.position})
    else:
        say(f"{receipt.opened} opening balances entered")
