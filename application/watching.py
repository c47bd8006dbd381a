"""What stood on the screens, for those who may know: what an operator had open, and saw."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any, Protocol
from uuid import UUID

from domain.geography import DistrictCode


class Watched(Protocol):
    """A report that somebody has open, or whose cameras somebody has looked through.

    A viewer has ``operator_id`` and the ``district`` of the person, a camera ``operator_id``.
    """

    @property
    def report_id(self) -> UUID: ...
    @property
    def viewers(self) -> Sequence[Any]: ...
    @property
    def cameras(self) -> Sequence[Any]: ...


class WatchingView(Protocol):
    def rows(self, as_of: int | None) -> Sequence[Watched]: ...


def seen_by(
    scope: Collection[DistrictCode] | None, shown: Collection[UUID], rows: Iterable[Watched]
) -> list[dict[str, Any]]:
    """What of ``rows`` somebody may know.

    Args:
        scope: the districts that the asker may see; None for the whole city.
        shown: the reports of the queue that is answered: of these everything is told.
        rows: whatever is watched. Of other reports a district sees what its own people have open.
    """
    told = []
    for row in rows:
        viewers, cameras = row.viewers, row.cameras
        if scope is not None and row.report_id not in shown:
            viewers = tuple(one for one in viewers if one.district in scope)
            theirs = {one.operator_id for one in viewers}
            cameras = tuple(one for one in cameras if one.operator_id in theirs)
        if viewers or cameras:
            told.append({"report_id": row.report_id, "viewers": viewers, "cameras": cameras})
    return sorted(told, key=lambda one: str(one["report_id"]))
