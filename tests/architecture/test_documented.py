"""Whatever can be set, called, stored, or rings is written down."""

from __future__ import annotations

import re

import pytest

from tests.architecture import log_lines, papers, tree

DOCS = tree.ROOT / "docs"
RUNBOOKS = sorted(path for path in (DOCS / "runbooks").glob("*.md") if path.name != "index.md")
DECISIONS = sorted((DOCS / "decisions").glob("0*.md"))
RUNBOOK_HEADINGS = [
    "## What you see",
    "## What it means",
    "## What to do",
    "## How to know it is over",
]
DECISION_HEADINGS = [
    "## Context",
    "## Decision",
    "## Consequences",
    "## Alternatives",
    "## Enforced by",
]


def test_generated_papers_are_up_to_date() -> None:
    assert papers.outdated() == []


def test_every_alarm_has_a_runbook() -> None:
    told = "\n".join(path.read_text() for path in RUNBOOKS)
    alarms = {name for path in tree.room_modules() for name in log_lines.alarms(tree.tree_of(path))}
    assert sorted(name for name in alarms if f"`{name}`" not in told) == []


@pytest.mark.parametrize("path", RUNBOOKS, ids=lambda path: path.stem)
def test_a_runbook_has_its_four_headings(path) -> None:
    assert re.findall(r"^## .*$", path.read_text(), re.MULTILINE) == RUNBOOK_HEADINGS


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.stem)
def test_a_decision_is_whole(path) -> None:
    text = path.read_text()
    assert re.search(r"^Status: (Accepted|Superseded by \[\d{4}\])", text, re.MULTILINE)
    assert re.search(r"^Date: \d{4}-\d{2}-\d{2}$", text, re.MULTILINE)
    assert re.findall(r"^## .*$", text, re.MULTILINE) == DECISION_HEADINGS


def test_decisions_are_numbered_without_gaps() -> None:
    assert [int(path.name[:4]) for path in DECISIONS] == list(range(1, len(DECISIONS) + 1))


def test_every_decision_that_the_code_names_exists() -> None:
    named = {
        found
        for path in [*tree.modules(), tree.ROOT / "pyproject.toml"]
        for found in re.findall(r"docs/decisions/(\d{4})", path.read_text())
    }
    assert named <= {path.name[:4] for path in DECISIONS}
