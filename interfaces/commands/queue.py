"""The queue and what stood on the screens, now or at an earlier time or position."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any

import typer

from interfaces.commands.options import AsJson, AtOrPosition, Home
from interfaces.commands.output import print_json, print_lines, print_table

COLUMNS = ("report_id", "lane", "stage", "district", "received_at", "answer_by", "held_by")


def add_to(app: typer.Typer) -> None:
    app.command()(queue)


def queue(
    district: Annotated[
        str | None, typer.Option(metavar="CODE", help="One district's queue; five digits.")
    ] = None,
    at: AtOrPosition = None,
    as_json: AsJson = False,
    home: Home = None,
) -> None:
    """Show the reports that wait for somebody and who has which open, now or earlier."""
    from interfaces.commands.opened import as_command, opened

    with opened() as house:
        desk, who = house.reading_desk, as_command()
        position, rows = desk.queue(who, district=district, as_of=at)
        watching = desk.watched(
            who,
            {dict(row)["report_id"] for row in rows},
            district=district,
            as_of=None if at is None else position,
        )
    if as_json:
        print_json(
            {
                "position": position,
                "reports": [row.model_dump() for row in rows],
                "watching": watching,
            }
        )
        return
    print_table(
        f"Queue at position {position:,}",
        COLUMNS,
        ([getattr(row, column, None) for column in COLUMNS] for row in rows),
    )
    print_lines(_watched(watching))


def _watched(watching: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    for one in watching:
        yield f"{one['report_id']}"
        for viewer in one["viewers"]:
            yield f"  open by {viewer.operator_id} since {viewer.opened_at:%H:%M:%S} UTC"
        for look in one["cameras"]:
            yield f"  camera {look.camera_id} by {look.operator_id} at {look.at:%H:%M:%S} UTC"
