"""The list of smart lights."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from interfaces.commands.options import AsJson, Home
from interfaces.commands.output import print_json, print_table, progress, say

app = typer.Typer(help="The list of smart lights, and simulated ones.", no_args_is_help=True)
NAMED_MAX = 20
AT_ONCE = 1000


@app.command(name="import")
def take_in(
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="A list: CSV, one lamp a line.")
    ],
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """Take a list of lamps in; bad lines are named, and lamps that are known are moved.

    Columns lamp_id (a UUID, as TALQ has it), network, latitude_deg and longitude_deg.
    """
    from application.linked.lists import read_lamps
    from interfaces.commands.opened import opened

    read = read_lamps(file.read_bytes())
    with opened() as house, progress("lamps") as advance:
        for start in range(0, len(read.lamps), AT_ONCE):
            house.lamps.put(read.lamps[start : start + AT_ONCE])
            advance(min(start + AT_ONCE, len(read.lamps)), len(read.lamps))
    if as_json:
        refused = [one.model_dump() for one in read.refused]
        print_json({"lamps": len(read.lamps), "refused": refused})
        return
    say(f"{len(read.lamps):,} lamps; {len(read.refused):,} lines left out")
    if read.refused:
        lines = [(one.line, one.reason) for one in read.refused]
        print_table("Left out", ("line", "why"), lines[:NAMED_MAX])
