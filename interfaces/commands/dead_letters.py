"""Deliveries that were given up."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import typer

from interfaces.commands.options import AsJson, Home
from interfaces.commands.output import print_json, print_table, say

app = typer.Typer(help="Deliveries that were given up.", invoke_without_command=True)


@app.callback()
def _dead_letters(context: typer.Context, as_json: AsJson = False, home: Home = None) -> None:
    """List deliveries that were given up, or send one again."""
    if context.invoked_subcommand is None:
        _show(as_json=as_json)


@app.command(name="list")
def list_them(as_json: AsJson = False, home: Home = None) -> None:
    """List them, oldest first."""
    _show(as_json=as_json)


def _show(*, as_json: bool) -> None:
    from interfaces.commands.opened import as_command, opened

    with opened() as house:
        found = house.delivery_desk.dead_letters(as_command())
    if as_json:
        print_json([one.model_dump() for one in found])
        return
    columns = ("delivery_id", "channel", "about", "attempts", "last_error", "created_at")
    print_table("Dead letters", columns, ([getattr(one, c) for c in columns] for one in found))


@app.command()
def replay(
    delivery_id: Annotated[UUID, typer.Argument(help="The delivery.")], home: Home = None
) -> None:
    """Have one tried again from the start, under the same idempotency key."""
    from interfaces.commands.opened import as_command, opened

    with opened() as house:
        house.delivery_desk.replay(delivery_id, as_command())
    say("it will be tried again")
