"""The database as an administrator reaches it."""

from __future__ import annotations

import sys

import typer

from interfaces.commands.options import Home

app = typer.Typer(help="The database behind the service.", no_args_is_help=True)


@app.callback()
def _database() -> None:
    pass


@app.command()
def url(home: Home = None) -> None:
    """Print a superuser's address of the home's PostgreSQL, starting it when it is down.

    The server is left running; `ansim down` stops it. The line holds a password.
    """
    from infrastructure import bootstrap

    sys.stdout.write(bootstrap.database_address("superuser") + "\n")
