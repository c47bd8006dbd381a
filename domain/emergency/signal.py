"""One trigger, as it was understood."""

from __future__ import annotations

from typing import Self
from uuid import NAMESPACE_URL, UUID, uuid5

from pydantic import AwareDatetime, Field

from domain.base import Value
from domain.emergency.vocabulary import Alert, Device, Flag, How
from domain.geography import Cell, DistrictCode, FixQuality, Position
from domain.language import Language


class Signal(Value):
    """What a device sent, made whole: whatever it lacked has become a flag.

    ``maker`` says who speaks (a citizen, or a device without one); ``trigger_id`` is the
    maker's own name of this trigger, so nobody can aim at another's report.
    """

    maker: str
    trigger_id: str
    citizen_id: UUID | None
    how: How
    presses: int | None
    device: Device
    language: Language
    alert: Alert
    drill: bool
    flags: tuple[Flag, ...]
    district: DistrictCode
    cell: Cell | None
    fix: FixQuality | None
    skew_s: float | None
    occurred_at: AwareDatetime | None
    position: Position | None
    at_once: bool = Field(default=False, exclude=True)
    """Whether nobody can take it back: a bell has no cancel button."""

    def in_earnest(self) -> Self:
        """The same signal as a real one; that it called itself a drill becomes a flag."""
        if not self.drill:
            return self
        return self.flagged(Flag.DRILL_OVERRULED).model_copy(update={"drill": False})

    @property
    def source(self) -> UUID | None:
        """The device, known or not; None when it has no name of its own."""
        if self.device.device_id is not None:
            return self.device.device_id
        kind, _, name = self.maker.partition(":")
        return uuid5(NAMESPACE_URL, f"/trigger_sources/{kind}/{name}") if name else None

    @property
    def report_id(self) -> UUID:
        """The report that this signal opens when it joins none; a repeat names the same."""
        return report_id(self.maker, self.trigger_id, drill=self.drill)

    def flagged(self, more: Flag) -> Self:
        """The same signal with one more flag, in their order."""
        flags = tuple(flag for flag in Flag if flag in {*self.flags, more})
        return self.model_copy(update={"flags": flags})


def report_id(maker: str, trigger_id: str, *, drill: bool) -> UUID:
    """The same maker's same trigger always yields the same report.

    A drill's differs, so that a real trigger never meets a drill under its own id.
    """
    lane = "drills" if drill else "emergencies"
    return uuid5(NAMESPACE_URL, f"/{lane}/{maker}/{trigger_id}")
