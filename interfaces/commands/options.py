"""Options that many commands share."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

SHOWN_ZONE = ZoneInfo("Asia/Seoul")


def _use_home(path: Path | None) -> Path | None:
    """Through the environment, so that processes started from here use the same home."""
    if path is not None:
        os.environ["ANSIM_HOME"] = str(path.expanduser().absolute())
    return path


Home = Annotated[
    Path | None,
    typer.Option(
        "--home", callback=_use_home, help="Data folder of the embedded servers (ANSIM_HOME)."
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(
            f"{text!r} is no ISO 8601 time, such as 2026-11-22T23:41:07 or 2026-11-22T14:41:07Z"
        ) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=SHOWN_ZONE)


At = Annotated[
    datetime | None,
    typer.Option(
        "--at", parser=_moment, metavar="TIME", help="As it stood then; Seoul time without a zone."
    ),
]
