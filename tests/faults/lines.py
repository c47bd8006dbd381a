"""One line for each scenario, in the end of a run that was asked for scenarios."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pytest

from tests.faults.scenarios import SCENARIOS

NUMBERS = pytest.StashKey[dict[str, list[int]]]()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Remember whose proof each test is."""
    config.stash[NUMBERS] = {
        item.nodeid: [mark.args[0] for mark in item.iter_markers("scenario")] for item in items
    }


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """Say what became of each scenario, when scenarios were asked for."""
    if config.getoption("markexpr") != "scenario" or config.getoption("collectonly"):
        return
    found: dict[int, list[Any]] = defaultdict(list)
    for outcome in ("passed", "failed", "error"):
        for report in terminalreporter.stats.get(outcome, ()):
            for number in config.stash[NUMBERS].get(report.nodeid, ()):
                found[number].append(report)
    terminalreporter.section("scenarios")
    for number, what in SCENARIOS.items():
        reports = found[number]
        word = "passed" if reports and all(one.passed for one in reports) else "FAILED"
        took_s = sum(one.duration for one in reports)
        tests = f"{len(reports)} tests" if len(reports) != 1 else "1 test"
        terminalreporter.line(f"{number:2}  {word}  {what} ({tests}, {took_s:.1f} s)")
