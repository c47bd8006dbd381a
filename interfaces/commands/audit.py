"""Proofs about the log."""

from __future__ import annotations

import typer

from interfaces.commands.options import AsJson, Home
from interfaces.commands.output import print_json, progress, say

app = typer.Typer(help="Proofs about the log.", no_args_is_help=True)


@app.callback()
def _audit() -> None:
    pass


@app.command()
def verify(as_json: AsJson = False, home: Home = None) -> None:
    """Walk the hash chain from the first fact to the head; exits 1 where it is broken."""
    from interfaces.commands.opened import opened

    with opened() as house, progress("verifying") as advance:
        found = house.verify_log(advance)
    if as_json:
        print_json({"whole": found.ok, "position": found.position, "broken_by": found.kind})
    elif found.ok:
        say(f"{found.position:,} facts: the chain is whole")
    else:
        say(f"the chain is broken at position {found.position:,}: {found.kind}")
    if not found.ok:
        raise typer.Exit(1)
