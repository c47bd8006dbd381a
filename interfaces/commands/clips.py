"""Clips that could not be checked."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

import typer

from interfaces.commands.options import AsJson, Home
from interfaces.commands.output import print_json, print_table, say

app = typer.Typer(help="Clips that could not be checked.", invoke_without_command=True)
COLUMNS = ("clip_id", "report_id", "size_bytes", "attempt")


@app.callback()
def _clips(context: typer.Context, as_json: AsJson = False, home: Home = None) -> None:
    """List clips that could not be checked, or have one checked again."""
    if context.invoked_subcommand is not None:
        return
    from interfaces.commands.opened import as_command, opened

    with opened() as house:
        found = house.clip_checking.dead_letters(as_command())
    rows = [{name: getattr(one, name) for name in COLUMNS} for one in found]
    if as_json:
        print_json(rows)
    else:
        print_table("Unchecked clips", COLUMNS, (list(row.values()) for row in rows))


@app.command()
def replay(clip_id: Annotated[UUID, typer.Argument(help="The clip.")], home: Home = None) -> None:
    """Have one checked again, from the start."""
    from interfaces.commands.opened import as_command, opened

    with opened() as house:
        house.clip_checking.replay(clip_id, as_command())
    say("it will be checked again")
