"""How citizens join."""

from domain.registration.registration import Registration

__all__ = ["Registration"]
