"""What a cancel came to: the report is over, or nothing is."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, ClassVar, Final

from pydantic import AwareDatetime, TypeAdapter, ValidationInfo, model_validator

from domain.base import Fact
from domain.emergency.vocabulary import CancelRefusal

AT: Final = TypeAdapter(AwareDatetime)
FIRST_REOPEN_WITHIN: Final = timedelta(minutes=10)
"""What a cancel in its first shape meant, by the policy of its time."""


class Cancelled(Fact):
    """The citizen took the report back within the window.

    It stays on the operators' screens, and can be reopened, until ``reopen_until``.
    """

    TOPIC: ClassVar[str] = "emergency.cancelled"
    SCHEMA: ClassVar[int] = 2

    reopen_until: AwareDatetime

    @model_validator(mode="before")
    @classmethod
    def _of_the_first_shape(cls, fields: Any, info: ValidationInfo) -> Any:
        """It did not say until when: ten minutes, as the policy had it then."""
        if (info.context or {}).get("schema_version") == 1:
            moment = AT.validate_python(fields["timestamp"])
            return {**fields, "reopen_until": moment + FIRST_REOPEN_WITHIN}
        return fields


class CancelRefused(Fact):
    """A cancel that takes nothing back: kept, shown to the operator, acts on nothing."""

    TOPIC: ClassVar[str] = "emergency.cancel_refused"
    SCHEMA: ClassVar[int] = 2

    refusal: CancelRefusal
    late_by_s: float
    """0 for one that was not late."""
    tries_left: int | None
    """How many wrong PINs the report still bears; None where no PIN was asked for."""

    @model_validator(mode="before")
    @classmethod
    def _of_the_first_shape(cls, fields: Any, info: ValidationInfo) -> Any:
        """All that could be wrong with a cancel was its lateness."""
        if (info.context or {}).get("schema_version") == 1:
            return {**fields, "refusal": CancelRefusal.LATE, "tries_left": None}
        return fields
