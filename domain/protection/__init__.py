"""Watching over somebody who is stalked (스토킹 피해자 안전 지원): row S9 of the mission."""

from domain.protection.protection import Protection

__all__ = ["Protection"]
