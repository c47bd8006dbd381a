"""Who may be asking."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """One role a person; an operator and a supervisor belong to one district."""

    CITIZEN = "citizen"
    OPERATOR = "operator"
    SUPERVISOR = "supervisor"
    COORDINATOR = "coordinator"
    AUDITOR = "auditor"
    STATISTICIAN = "statistician"
    ADMINISTRATOR = "administrator"
    SCOUT = "scout"
    """Walks citizens home; belongs to one district, and works on its streets."""
    PARTNER = "partner"
    SYSTEM = "system"
    ANONYMOUS = "anonymous"
