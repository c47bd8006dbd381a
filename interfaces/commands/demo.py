"""The whole service on a throw-away home, played through and read back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from interfaces.commands.options import AsJson

OverSmpp = Annotated[
    bool, typer.Option("--smpp", help="Send text messages over SMPP, and not over HTTP.")
]


def add_to(app: typer.Typer) -> None:
    app.command()(demo)


def demo(
    case: Annotated[
        list[Path] | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            help="Play this case too (docs/cases.md); may be repeated.",
        ),
    ] = None,
    figures: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            help="Import these figures instead of the press release's (docs/figures.md).",
        ),
    ] = None,
    keep: Annotated[
        Path | None,
        typer.Option(file_okay=False, help="Make the home here, new or empty, and leave it."),
    ] = None,
    without: Annotated[
        list[str] | None,
        typer.Option(help="Leave a role out, to see that the demo fails; may be repeated."),
    ] = None,
    smpp: OverSmpp = False,
    as_json: AsJson = False,
) -> None:
    """Play documented cases against the running roles, then rebuild every fold and compare.

    Everything that is printed is read back from the log, the folds and the partners' journals.
    """
    from interfaces.demo.performance import Wishes, perform

    wishes = Wishes(tuple(case or ()), figures, keep, tuple(without or ()), smpp)
    shown = perform(wishes)
    from interfaces.commands.output import print_json
    from interfaces.demo.summary import print_summary

    if as_json:
        print_json(shown)
    else:
        print_summary(shown)
