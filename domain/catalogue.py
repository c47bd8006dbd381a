"""Every module with facts: importing this one makes every stored topic readable."""

from domain import (
    access_review,
    device,
    erasure,
    hold,
    ledger,
    member,
    report_guard,
    retention,
    staff,
    viewing,
)
from domain.base import FACTS
from domain.emergency import (
    amending,
    correcting,
    describing,
    facts,
    help_answers,
    moving,
    providing,
    sharing,
    taking_back,
    transferring,
)

__all__ = [
    "FACTS",
    "access_review",
    "amending",
    "correcting",
    "describing",
    "device",
    "erasure",
    "facts",
    "help_answers",
    "hold",
    "ledger",
    "member",
    "moving",
    "providing",
    "report_guard",
    "retention",
    "sharing",
    "staff",
    "taking_back",
    "transferring",
    "viewing",
]
