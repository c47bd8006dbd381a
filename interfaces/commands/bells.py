"""The register of emergency bells."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from interfaces.commands.options import AsJson, Home
from interfaces.commands.output import print_json, print_table, progress, say

app = typer.Typer(help="The register of emergency bells, and simulated ones.", no_args_is_help=True)
NAMED_MAX = 20


@app.command(name="import")
def take_in(
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="A list: CSV, one bell a line.")
    ],
    prefix: Annotated[
        str, typer.Option(help="Put before each number, where districts use the same ones.")
    ] = "",
    retire_others: Annotated[
        bool, typer.Option("--retire-others", help="What is not on the list was taken down.")
    ] = False,
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """Take a list of bells in; bad lines are named, and a list taken in twice changes nothing.

    Columns bell_no, latitude_deg, longitude_deg, address and line, or those of the public standard.
    """
    from application.bells.lists import read_bells
    from interfaces.commands.opened import as_command, opened

    with opened() as house:
        read = read_bells(file.read_bytes(), house.districts, prefix=prefix)
        with progress("bells") as advance:
            result = house.bell_registry.take_in(
                read.bells, as_command(), retire_others=retire_others, advance=advance
            )
    if as_json:
        refused = [one.model_dump() for one in read.refused]
        print_json({"bells": len(read.bells), **result.model_dump(), "refused": refused})
        return
    say(
        f"{len(read.bells):,} bells: {result.installed:,} installed, {result.changed:,} changed, "
        f"{result.unchanged:,} as they were, {result.retired:,} taken down; "
        f"{len(read.refused):,} lines left out"
    )
    if read.refused:
        lines = [(one.line, one.bell_no, one.reason) for one in read.refused]
        print_table("Left out", ("line", "bell", "why"), lines[:NAMED_MAX])
        if len(lines) > NAMED_MAX:
            say(f"… and {len(lines) - NAMED_MAX:,} more: --json names all")
