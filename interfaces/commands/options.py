"""Options that many commands share."""

from __future__ import annotations

import os
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

if TYPE_CHECKING:
    from domain.language import Language

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


def moment(text: str) -> datetime:
    """A time as a person writes it; without a zone it is Seoul's."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(
            f"{text!r} is no ISO 8601 time, such as 2026-11-22T23:41:07 or 2026-11-22T14:41:07Z"
        ) from error
    return read if read.tzinfo else read.replace(tzinfo=SHOWN_ZONE)


At = Annotated[
    datetime | None,
    typer.Option(
        "--at", parser=moment, metavar="TIME", help="As it stood then; Seoul time without a zone."
    ),
]


def moment_or_position(text: str) -> datetime | int:
    """A log position where there are digits alone, else a time."""
    return int(text) if text.isdecimal() else moment(text)


AtOrPosition = Annotated[
    Any,
    typer.Option(
        "--at",
        parser=moment_or_position,
        metavar="TIME|POSITION",
        help="As it stood then, or at this log position; Seoul time without a zone.",
    ),
]


def day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(f"{text!r} is no date, such as 2026-11-22") from error


KnownOn = Annotated[
    Any,
    typer.Option(
        "--known-on",
        parser=day,
        metavar="DATE",
        help="As it was known at the end of this day in Seoul: without later corrections.",
    ),
]

InLanguage = Annotated[str, typer.Option("--language", metavar="CODE", help="ko, en, zh or ja.")]


def language_of(code: str) -> Language:
    """The language that was asked for.

    Raises:
        BadParameter: there are no words in it.
    """
    from domain.language import Language

    try:
        return Language(code)
    except ValueError as error:
        known = ", ".join(Language)
        raise typer.BadParameter(f"{code!r} is none of {known}", param_hint="--language") from error
