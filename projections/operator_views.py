"""Who had which report open, and through which cameras they looked: every past state of it.

A row goes when nobody has the report open and its cameras are of no matter any more, so that
what is live stays as small as what is open.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime

from domain import viewing
from domain.base import Fact, Value
from domain.emergency import facts
from domain.geography import DistrictCode
from projections.fold import Fold, Key, Row


class Viewer(Value):
    operator_id: UUID
    district: DistrictCode | None
    """The person's own; None for the city's."""
    opened_at: AwareDatetime


class CameraLook(Value):
    operator_id: UUID
    camera_id: str
    looks: int
    at: AwareDatetime
    """Of the latest look."""


class WatchedRow(Row):
    KEY: ClassVar[tuple[str, ...]] = ("report_id",)

    report_id: UUID
    viewers: tuple[Viewer, ...] = ()
    """In the order in which they opened it."""
    cameras: tuple[CameraLook, ...] = ()
    """Looked through since the report was last opened; newest last."""
    last_position: int


class OperatorViews(Fold[WatchedRow]):
    """What stood on the screens of the control rooms."""

    name: ClassVar[str] = "operator_views"
    version: ClassVar[int] = 1
    temporal: ClassVar[bool] = True
    row: ClassVar[type[Row]] = WatchedRow
    topics: ClassVar[tuple[str, ...]] = (
        viewing.Opened.TOPIC,
        viewing.Closed.TOPIC,
        facts.CameraViewed.TOPIC,
        facts.Resolved.TOPIC,
        facts.Cancelled.TOPIC,
    )

    def keys(self, fact: Fact) -> Iterable[Key]:
        if isinstance(fact, viewing.Opened | viewing.Closed):
            return ((fact.report_id,),)
        return ((fact.originator_id,),)

    def evolve(self, row: WatchedRow | None, fact: Fact) -> WatchedRow | None:
        viewers = row.viewers if row else ()
        cameras = row.cameras if row else ()
        match fact:
            case viewing.Opened():
                viewer = Viewer(
                    operator_id=fact.operator_id, district=fact.district, opened_at=fact.since
                )
                viewers = (*_without(viewers, fact.operator_id), viewer)
            case viewing.Closed():
                viewers = _without(viewers, fact.operator_id)
            case facts.CameraViewed():
                cameras = _looked(cameras, fact)
            case _:
                cameras = ()
        if not viewers and not cameras:
            return None
        about = next(iter(self.keys(fact)))[0]
        return WatchedRow.of(
            report_id=about,
            viewers=viewers,
            cameras=cameras,
            last_position=fact.envelope.position,
        )


def _without(viewers: tuple[Viewer, ...], operator_id: UUID) -> tuple[Viewer, ...]:
    return tuple(one for one in viewers if one.operator_id != operator_id)


def _looked(cameras: tuple[CameraLook, ...], fact: facts.CameraViewed) -> tuple[CameraLook, ...]:
    same = [
        one
        for one in cameras
        if (one.operator_id, one.camera_id) == (fact.operator_id, fact.camera_id)
    ]
    look = CameraLook(
        operator_id=fact.operator_id,
        camera_id=fact.camera_id,
        looks=sum(one.looks for one in same) + 1,
        at=fact.received_at,
    )
    return (*(one for one in cameras if one not in same), look)
