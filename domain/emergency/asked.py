"""Requests for help, as a report remembers them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Asked:
    """One request to the police or an ambulance, and what became of it."""

    assessed: bool
    reference: str | None = None
    unreachable: bool = False
    declined: bool = False
    duplicate_of: str | None = None
    on_scene: bool = False
    stood_down: bool = False

    @property
    def stands(self) -> bool:
        """Whether help may still come by this request."""
        return not (self.declined or self.duplicate_of or self.stood_down)

    @property
    def pending(self) -> bool:
        answered = self.reference is not None or self.on_scene
        return self.stands and not answered and not self.unreachable


def referred(asked: dict[UUID, Asked], request_id: UUID, reference: str) -> dict[UUID, Asked]:
    return asked | {request_id: replace(asked[request_id], reference=reference)}


def given_up(asked: dict[UUID, Asked]) -> dict[UUID, Asked]:
    return {
        request_id: replace(one, unreachable=True) if one.pending else one
        for request_id, one in asked.items()
    }
