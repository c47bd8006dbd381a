"""Finds the log lines of a module, and what is wrong with their names."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

LEVELS = {"debug", "info", "warning", "error", "exception", "critical"}
ALARMING = {"error", "exception", "critical"}
LOGGERS = re.compile(r"^_?log(ger)?$")
NAME = re.compile(r"^[a-z][a-z_]*\.[a-z][a-z_]*$")


def log_calls(tree: ast.Module) -> Iterator[ast.Call]:
    """Calls such as ``log.info(…)`` and ``self._log.warning(…)``."""
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
            continue
        owner = node.func.value
        name = owner.id if isinstance(owner, ast.Name) else getattr(owner, "attr", "")
        if node.func.attr in LEVELS and LOGGERS.match(name):
            yield node


def name_of(call: ast.Call) -> str | None:
    """The literal name of a log line; None when it is no literal."""
    first = call.args[0] if call.args else None
    return first.value if isinstance(first, ast.Constant) and isinstance(first.value, str) else None


def wrong_names(tree: ast.Module) -> list[str]:
    return [
        f"line {call.lineno}: {name_of(call) or 'no literal'}"
        for call in log_calls(tree)
        if len(call.args) != 1 or not NAME.match(name_of(call) or "")
    ]


def alarms(tree: ast.Module) -> set[str]:
    """Names of the lines that a person must act upon."""
    return {
        name
        for call in log_calls(tree)
        if isinstance(call.func, ast.Attribute)
        and call.func.attr in ALARMING
        and (name := name_of(call))
    }
