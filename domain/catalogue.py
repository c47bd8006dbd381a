"""Every module with facts: importing this one makes every stored topic readable."""

from domain import device, erasure, hold, ledger, member, report_guard, retention, staff, viewing
from domain.base import FACTS
from domain.emergency import correcting, facts

__all__ = [
    "FACTS",
    "correcting",
    "device",
    "erasure",
    "facts",
    "hold",
    "ledger",
    "member",
    "report_guard",
    "retention",
    "staff",
    "viewing",
]
