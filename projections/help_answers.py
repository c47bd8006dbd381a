"""What answers other than “we come” change in a row, of the queue and of a report's page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from domain.emergency import help_answers as told
from domain.emergency.sharing import CameraShared, CameraShareEnded
from projections.progress import Help, further

Changes = dict[str, Any]
Follow = Callable[[Any, Any], Changes]


def _is(name: str, help_: Help) -> Follow:
    return lambda row, _fact: {name: further(getattr(row, name), help_)}


def _unmet(name: str, help_: Help) -> Follow:
    """Help does not come by this request: it rings again, where somebody can still act."""

    def follow(row: Any, fact: Any) -> Changes:
        changes: Changes = {name: further(getattr(row, name), help_)}
        if fact.rings:
            changes["ringing"] = True
        if fact.act_by is not None:
            changes["act_by"] = fact.act_by
        return changes

    return follow


ANSWERS: Final[dict[str, Follow]] = {
    told.PoliceDeclined.TOPIC: _unmet("police", Help.DECLINED),
    told.PoliceDuplicateOf.TOPIC: _unmet("police", Help.DUPLICATE),
    told.PoliceAlreadyOnScene.TOPIC: _is("police", Help.ON_SCENE),
    told.PoliceStoodDown.TOPIC: _is("police", Help.STOOD_DOWN),
    told.AmbulanceDeclined.TOPIC: _unmet("ambulance", Help.DECLINED),
    told.AmbulanceStoodDown.TOPIC: _is("ambulance", Help.STOOD_DOWN),
}
"""By topic."""


def _shared_no_more(row: Any, fact: CameraShareEnded) -> Changes:
    return {"cameras_shared": tuple(one for one in row.cameras_shared if one != fact.camera_id)}


SHARES: Final[dict[str, Follow]] = {
    CameraShared.TOPIC: lambda row, fact: {"cameras_shared": (*row.cameras_shared, fact.camera_id)},
    CameraShareEnded.TOPIC: _shared_no_more,
}
"""By topic; on a report's page only."""
