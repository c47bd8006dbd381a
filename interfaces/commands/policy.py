"""The city's numbers: which are in force, and a change of them."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from interfaces.commands.options import AsJson, Home
from interfaces.commands.output import print_json, print_table, say

app = typer.Typer(help="The numbers that a city decides.", no_args_is_help=True)


@app.command()
def show(as_json: AsJson = False, home: Home = None) -> None:
    """Print every number in force, and what was changed."""
    from interfaces.commands.opened import as_command, opened

    with opened() as house:
        shown = house.policy_desk.show(as_command())
    if as_json:
        print_json(shown.model_dump(mode="json"))
        return
    print_table("numbers in force", ("number", "value"), list(shown.numbers.items()))
    for change in shown.changed:
        told = ", ".join(f"{one.name} {one.was} → {one.value}" for one in change.changes)
        say(f"{change.in_force_from.isoformat()}: {told}")


@app.command(name="set")
def set_(
    numbers: Annotated[list[str], typer.Argument(help="name=value …; off switches off.")],
    reason: Annotated[str, typer.Option(help="Why; sealed.")],
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """Change numbers, in force in every process two seconds later."""
    from application.policy_desk import ChangePolicy
    from interfaces.commands.opened import as_command, opened

    command = ChangePolicy(changes=dict(_read(one) for one in numbers), reason=reason)
    with opened() as house:
        receipt = house.policy_desk.change(command, as_command())
    if as_json:
        print_json({"position": receipt.position})
    else:
        say("nothing to change" if receipt.position is None else "in force in two seconds")


def _read(text: str) -> tuple[str, Any]:
    name, equals, value = (part.strip() for part in text.partition("="))
    if not equals or not value:
        raise typer.BadParameter(f"{text!r}: name=value")
    if value == "off":
        return name, None
    try:
        return name, json.loads(value)
    except ValueError:
        return name, value
