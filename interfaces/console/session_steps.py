"""What an operator may do with a session of each service: the buttons of its page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class SessionStep:
    """One button: its word is ``session.step.<kind>.<name>``.

    ``path`` is posted to, with the session's id for ``{id}``; ``field`` is asked for in words
    first, where the step needs any. ``stages``: only then; empty: as long as it is open.
    """

    name: str
    path: str
    field: str | None = None
    stages: tuple[str, ...] = ()
    main: bool = False


STEPS: Final[Mapping[str, tuple[SessionStep, ...]]] = {
    "monitoring": (
        SessionStep("take", "/v1/watched/{id}/take", main=True),
        SessionStep("call", "/v1/watched/{id}/call", stages=("watched",), main=True),
        SessionStep("clear_camera", "/v1/watched/{id}/clear?by=camera", field="note"),
        SessionStep("clear_call", "/v1/watched/{id}/clear?by=call", field="note"),
        SessionStep("raise", "/v1/watched/{id}/raise"),
        SessionStep("raise_silent", "/v1/watched/{id}/raise?silent=true"),
        SessionStep("give", "/v1/watched/{id}/give", stages=("watched",)),
        SessionStep("end", "/v1/watched/{id}/end", field="reason"),
    ),
    "escort": (
        SessionStep("watch", "/v1/escorts/{id}/watch", stages=("walking", "arrived"), main=True),
        SessionStep("leave_watch", "/v1/escorts/{id}/watch/leave", stages=("walking", "arrived")),
        SessionStep("reassign", "/v1/escorts/{id}/reassign", stages=("booked",), main=True),
        SessionStep("renew_code", "/v1/escorts/{id}/code", stages=("booked",)),
        SessionStep("cancel", "/v1/escorts/{id}/call-off", stages=("booked",)),
        SessionStep("end_home", "/v1/escorts/{id}/end?how=home", field="note"),
        SessionStep("end_alone", "/v1/escorts/{id}/end?how=went_alone", field="note"),
        SessionStep("end_not_reached", "/v1/escorts/{id}/end?how=not_reached", field="note"),
    ),
    "taxi": (
        SessionStep("claim", "/v1/taxi-trips/{id}/claim", main=True),
        SessionStep("ask", "/v1/taxi-trips/{id}/questions"),
        SessionStep("call", "/v1/taxi-trips/{id}/calls"),
        SessionStep("attend", "/v1/taxi-trips/{id}/attend", field="note"),
        SessionStep("emergency", "/v1/taxi-trips/{id}/emergency"),
        SessionStep("end_safely", "/v1/taxi-trips/{id}/end?reason=arrived_safely", field="note"),
        SessionStep("end_unreachable", "/v1/taxi-trips/{id}/end?reason=unreachable", field="note"),
        SessionStep(
            "end_emergency", "/v1/taxi-trips/{id}/end?reason=handed_to_emergency", field="note"
        ),
        SessionStep("end_mistake", "/v1/taxi-trips/{id}/end?reason=mistake", field="note"),
    ),
}
"""By kind, in the order in which they stand."""
