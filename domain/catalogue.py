"""Every module with facts: importing this one makes every stored topic readable."""

from domain import device, erasure, hold, ledger, member, report_guard, retention, staff
from domain.base import FACTS
from domain.emergency import facts

__all__ = [
    "FACTS",
    "device",
    "erasure",
    "facts",
    "hold",
    "ledger",
    "member",
    "report_guard",
    "retention",
    "staff",
]
