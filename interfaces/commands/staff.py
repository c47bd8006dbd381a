"""People who work with the service."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from interfaces.commands.options import AsJson, Home
from interfaces.commands.output import print_json, print_table, say

app = typer.Typer(help="People who work with the service.", no_args_is_help=True)


@app.callback()
def _staff() -> None:
    pass


@app.command()
def add(
    login: Annotated[str, typer.Argument(help="The log-in name.")],
    role: Annotated[
        str,
        typer.Option(
            help="operator, supervisor, coordinator, auditor, statistician or administrator."
        ),
    ],
    name: Annotated[str, typer.Option(help="The person's name; kept sealed.")],
    district: Annotated[
        str | None, typer.Option(help="Five digits; for operators and supervisors only.")
    ] = None,
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """Enrol a person. The password (8 characters or more) is asked for, or read from a pipe."""
    from pydantic import SecretStr, ValidationError

    from application.staff_desk import EnrollStaff
    from domain.roles import Role
    from interfaces.commands.opened import as_command, opened

    password = (
        typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
        if sys.stdin.isatty()
        else sys.stdin.readline().rstrip("\n")
    )
    try:
        command = EnrollStaff(
            login=login,
            password=SecretStr(password),
            name=name,
            role=Role(role),
            district=district,
        )
    except ValidationError as error:
        first = error.errors()[0]
        raise typer.BadParameter(f"{'.'.join(map(str, first['loc']))}: {first['msg']}") from error
    except ValueError as error:
        raise typer.BadParameter(f"{role} is no role") from error
    with opened() as house:
        receipt = house.staff_desk.enroll(command, as_command())
    if as_json:
        print_json({"staff_id": receipt.aggregate_id, "position": receipt.position})
    else:
        say(f"{login} can log in")


@app.command(name="list")
def list_them(as_json: AsJson = False, home: Home = None) -> None:
    """Show who can log in, and as what; names stay sealed."""
    from interfaces.commands.opened import as_command, opened

    with opened() as house:
        found = house.staff_desk.listed(as_command())
    if as_json:
        print_json({"staff": [one.model_dump(mode="json") for one in found]})
        return
    columns = ("login", "staff_id", "role", "district", "left")
    print_table("Staff", columns, ([getattr(one, c) for c in columns] for one in found))
