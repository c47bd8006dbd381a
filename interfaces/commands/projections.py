"""The folds: how far they are, whether they are right, and how they are built anew."""

from __future__ import annotations

from typing import Annotated

import typer

from interfaces.commands.options import AsJson, Home
from interfaces.commands.output import print_json, print_table, progress, say

app = typer.Typer(help="The read models, folded from the log.", no_args_is_help=True)

Names = Annotated[
    list[str] | None, typer.Argument(metavar="[NAME]...", help="Folds by name; all when left out.")
]


@app.command()
def status(as_json: AsJson = False, home: Home = None) -> None:
    """Show how far each fold is, how far behind, and what is parked."""
    from domain.policy import SEOUL
    from interfaces.commands.opened import opened

    with opened() as house:
        found = [house.engine.status(name) for name in house.engine.names]
        parked = {one.fold: house.engine.parked(one.fold) for one in found}
    if as_json:
        print_json(
            [{**vars_of(one), "parked": [vars_of(p) for p in parked[one.fold]]} for one in found]
        )
        return
    columns = ("fold", "version", "position", "lag", "parked", "differing", "compared at")
    print_table(
        "Folds",
        columns,
        (
            [
                one.fold,
                one.version,
                one.position,
                one.lag,
                len(parked[one.fold]),
                one.differing,
                one.compared_at.astimezone(SEOUL).strftime("%F %R") if one.compared_at else "never",
            ]
            for one in found
        ),
    )
    for name, facts in parked.items():
        for one in facts:
            say(f"{name}: parked {one.key} at position {one.position}: {one.reason}")


@app.command()
def rebuild(
    names: Names = None,
    version: Annotated[
        int | None, typer.Option(help="Refuse unless this code makes that version of the fold.")
    ] = None,
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """Build folds from nothing beside the live ones, compare, and swap them in.

    What was there before is kept until `ansim projections forget`, or the next rebuild.
    """
    from interfaces.commands.opened import opened

    built = {}
    with opened() as house:
        for name in names or house.engine.names:
            with progress(f"building {name}") as advance:
                built[name] = house.engine.rebuild(name, advance, version=version)
    if as_json:
        print_json({name: vars_of(result) for name, result in built.items()})
    else:
        say(f"built and swapped in: {', '.join(built)}")
        for name, result in built.items():
            if result.differences:
                say(f"{name}: {len(result.differences)} rows were not what the log says")


@app.command()
def compare(names: Names = None, as_json: AsJson = False, home: Home = None) -> None:
    """Fold from nothing and list every row that differs from the live one; exits 1 if any does."""
    from interfaces.commands.opened import opened

    differing = []
    with opened() as house:
        for name in names or house.engine.names:
            with progress(f"comparing {name}") as advance:
                differing += house.engine.compare(name, advance)
    if as_json:
        print_json({"equal": not differing, "differences": [vars_of(one) for one in differing]})
    elif differing:
        print_table(
            "Rows that are not what the log says",
            ("fold", "table", "key", "columns"),
            ([one.fold, one.table, one.key, one.columns] for one in differing),
        )
    else:
        say("every row is what the log says")
    if differing:
        raise typer.Exit(1)


@app.command()
def forget(names: Names = None, home: Home = None) -> None:
    """Drop the tables that the last rebuild of a fold has replaced."""
    from interfaces.commands.opened import opened

    with opened() as house:
        forgotten = list(names or house.engine.names)
        for name in forgotten:
            house.engine.forget_retired(name)
    say(f"dropped what was replaced of: {', '.join(forgotten)}")


@app.command()
def retry(name: Annotated[str, typer.Argument(help="The fold.")], home: Home = None) -> None:
    """Fold a fold's parked facts again, once their cause is mended."""
    from interfaces.commands.opened import opened

    with opened() as house:
        mended = house.engine.retry_parked(name)
        left = len(house.engine.parked(name))
    say(f"{mended} facts folded, {left} remain parked")
    if left:
        raise typer.Exit(1)


def vars_of(value: object) -> dict[str, object]:
    from dataclasses import asdict, is_dataclass

    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    return dict(value)  # type: ignore[call-overload,no-any-return]
