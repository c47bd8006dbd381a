"""What was forgotten because its time was over."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Self
from uuid import NAMESPACE_URL, UUID, uuid5

from pydantic import AwareDatetime

from domain.base import Aggregate, FirstFact, applies


class Applied(FirstFact):
    """One rule was carried out: what is older than ``until`` is gone."""

    TOPIC: ClassVar[str] = "retention.applied"

    rule: str
    until: AwareDatetime
    days: float
    """The term that was in force."""
    count: int
    """How many rows, keys or records went."""


class RetentionRun(Aggregate):
    """One carrying out of one rule."""

    TOPIC = "retention"

    rule: str

    @staticmethod
    def create_id(rule: str, until: datetime) -> UUID:
        return uuid5(NAMESPACE_URL, f"/retention/{rule}/{until.isoformat()}")

    @classmethod
    def apply(cls, rule: str, *, until: datetime, days: float, count: int, at: datetime) -> Self:
        return cls.begin(
            Applied,
            id=cls.create_id(rule, until),
            at=at,
            rule=rule,
            until=until,
            days=days,
            count=count,
        )

    @applies(Applied)
    def _applied(self, fact: Applied) -> None:
        self.rule = fact.rule
