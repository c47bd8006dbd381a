"""Proofs about the log."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from interfaces.commands.options import AsJson, Home
from interfaces.commands.output import print_json, progress, say

if TYPE_CHECKING:
    from infrastructure.bootstrap import Verified

TAMPERED: Final = 3
RUNBOOK: Final = "docs/runbooks/chain-broken.md"

First = Annotated[
    int,
    typer.Option(
        "--from",
        metavar="N",
        min=1,
        help="Begin at this position; the row before it is taken on trust, unless witnessed.",
    ),
]
Witnesses = Annotated[
    list[str] | None,
    typer.Option(
        metavar="ADDRESS",
        help="Hear this witness in place of the settings' (a folder, postgresql://…, "
        "https://…, s3://…); may be repeated, and each must answer.",
    ),
]
Trusted = Annotated[
    Path | None,
    typer.Option(
        exists=True,
        dir_okay=False,
        help="Believe the keys of this list in place of this machine's trusted.json.",
    ),
]
Seals = Annotated[
    bool,
    typer.Option("--seals", help="Open every sealed part, also where a signed checkpoint vouches."),
]

app = typer.Typer(help="Proofs about the log.", no_args_is_help=True)


@app.callback()
def _audit() -> None:
    pass


@app.command()
def verify(
    first: First = 1,
    witness: Witnesses = None,
    trusted: Trusted = None,
    seals: Seals = False,
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """Recompute the whole history and hear the witnesses; exits 3 where it was tampered with.

    Facts, access records and their order are recomputed here; nothing that the database could
    pretend is believed. Exits 1 when nothing can be said: no database, no keys, no witness.
    """
    from infrastructure.bootstrap import House

    # Without log lines and what else a desk needs: an auditor waits for an answer, not for us.
    with House(role="command") as house, progress("verifying") as advance:
        found = house.verify_log(
            advance, first=first, addresses=witness or (), trusted=trusted, all_seals=seals
        )
    if as_json:
        print_json(found.shown())
    else:
        _tell(found)
    if not found.ok:
        raise typer.Exit(TAMPERED)


def _tell(found: Verified) -> None:
    if found.kind is not None:
        _tell_what_is_wrong(found)
        return
    since = f"from {found.first:,} " if found.first > 1 else ""
    say(f"whole: facts {since}to {found.position:,}, access records to {found.access:,}")
    if found.checkpoints:
        by = ", ".join(found.witnesses) or "nobody but this machine"
        say(f"{found.checkpoints:,} signed checkpoints agree, up to {found.witnessed:,}: {by}")
    else:
        say("no checkpoint was ever sealed: who owns the database could have written it all anew")
    if found.position > found.witnessed and found.checkpoints:
        say("what came since is not signed yet: `ansim audit checkpoint` seals it now")
    if found.seals.opened:
        say(f"the sealed parts of {found.seals.opened:,} rows are their own")
    if found.seals.unopened:
        say(f"for want of keys, the sealed parts of {found.seals.unopened:,} rows stayed shut")
    if not found.guarded:
        say(f"the triggers that refuse changes are off or gone: somebody was here, see {RUNBOOK}")


def _tell_what_is_wrong(found: Verified) -> None:
    say(f"{_where(str(found.kind), found.position)}: {found.kind}: {found.what}")
    for one in found.also:
        say(f"{_where(one.kind, one.position)}: {one.kind}: {one.what}")
    say(f"touch nothing, copy the data folder, tell the auditor: {RUNBOOK}")


def _where(kind: str, position: int) -> str:
    place = "access record" if kind.startswith("access_") else "position"
    return f"{place} {position:,}"
