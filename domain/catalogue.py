"""Every module with facts: importing this one makes every stored topic readable."""

from domain import device, ledger, member, report_guard, staff
from domain.base import FACTS
from domain.emergency import facts

__all__ = ["FACTS", "device", "facts", "ledger", "member", "report_guard", "staff"]
