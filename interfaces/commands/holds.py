"""Holds: what must not be forgotten for now, and why."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import typer

from interfaces.commands.options import AsJson, Home
from interfaces.commands.output import print_json, print_table, say

app = typer.Typer(help="Holds against forgetting a person or a case.", no_args_is_help=True)

Target = Annotated[UUID, typer.Argument(help="A citizen's id, a scout's, or a report's.")]
Reason = Annotated[str, typer.Option(help="For those who decide; sealed.")]
By = Annotated[str, typer.Option(help="Log-in of an administrator or a supervisor.")]


@app.command()
def place(
    target: Target,
    reason: Reason,
    by: By,
    kind: Annotated[str, typer.Option(help="legal or protection.")] = "legal",
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """Let nothing of a person or a case be forgotten until the hold is lifted."""
    from application.hold_desk import PlaceHold
    from domain.hold_kind import HoldKind
    from interfaces.commands.opened import as_command, opened

    try:
        known = HoldKind(kind)
    except ValueError as error:
        raise typer.BadParameter(f"{kind!r} is no kind of hold: legal or protection") from error
    context = as_command()
    with opened() as house:
        command = PlaceHold(
            target=target,
            kind=known,
            reason=reason,
            placed_by=house.staff_desk.staff_id_of(by, context),
        )
        receipt = house.hold_desk.place(command, context)
    if as_json:
        print_json({"hold_id": receipt.hold_id, "target": target})
    else:
        say(f"held: ansim hold lift {target} {receipt.hold_id} ends it")


@app.command()
def lift(
    target: Target,
    hold_id: Annotated[UUID, typer.Argument(help="The hold.")],
    reason: Reason,
    by: By,
    home: Home = None,
) -> None:
    """End a hold: by another person than the one who placed it at a screen."""
    from application.hold_desk import LiftHold
    from interfaces.commands.opened import as_command, opened

    context = as_command()
    with opened() as house:
        command = LiftHold(
            target=target,
            hold_id=hold_id,
            reason=reason,
            lifted_by=house.staff_desk.staff_id_of(by, context),
        )
        house.hold_desk.lift(command, context)
    say("lifted")


@app.command(name="list")
def list_them(as_json: AsJson = False, home: Home = None) -> None:
    """Show what is held, since when, and by whom."""
    from interfaces.commands.opened import as_command, opened

    with opened() as house:
        found = house.hold_desk.standing(as_command())
    if as_json:
        print_json({"holds": [one.model_dump(mode="json") for one in found]})
        return
    columns = ("target", "hold_id", "kind", "placed_by", "placed_at")
    print_table("Holds", columns, ([getattr(one, c) for c in columns] for one in found))
