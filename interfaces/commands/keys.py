"""The key-encryption key: under which one the subjects' keys lie, and another one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from interfaces.commands.options import AsJson, Home
from interfaces.commands.output import print_json, print_table, progress, say

if TYPE_CHECKING:
    from infrastructure.bootstrap import House

app = typer.Typer(help="The key that wraps the subjects' keys.", no_args_is_help=True)


@app.command()
def status(as_json: AsJson = False, home: Home = None) -> None:
    """Show under which key-encryption keys the subjects' keys lie."""
    from interfaces.commands.opened import opened

    with opened() as house:
        _show(house, as_json=as_json)


@app.command()
def rotate(as_json: AsJson = False, home: Home = None) -> None:
    """Wrap all subjects' keys under another key-encryption key; no fact is rewritten.

    May be interrupted and repeated; running roles need not be restarted. The old key file is set
    aside for back-ups that were made before: `ansim keys forget` destroys it.
    """
    from interfaces.commands.opened import opened

    with opened() as house:
        with progress("wrapping keys") as advance:
            house.key_keeper.rotate(advance)
        _show(house, as_json=as_json)


@app.command()
def forget(
    kek_id: Annotated[str, typer.Argument(help="As `ansim keys status` shows it.")],
    home: Home = None,
) -> None:
    """Destroy a retired key-encryption key for good: back-ups made under it cannot be opened."""
    from interfaces.commands.opened import opened

    with opened() as house:
        house.key_keeper.forget(kek_id)
    say(f"{kek_id} is destroyed")


def _show(house: House, *, as_json: bool) -> None:
    found = house.key_keeper.status()
    if as_json:
        print_json(
            {
                "current": found.current,
                "wrapped": found.wrapped,
                "left": found.left,
                "destroyed": found.destroyed,
                "retired": found.retired,
            }
        )
        return
    rows = [(kek_id, count, kek_id == found.current) for kek_id, count in found.wrapped.items()]
    print_table("Subjects' keys", ("under", "keys", "current"), rows)
    say(f"{found.destroyed:,} keys destroyed; retired: {', '.join(found.retired) or 'none'}")
