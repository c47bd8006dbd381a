"""The dashboard shows figures that exist, under the names that they have."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from infrastructure.bootstrap import House
from infrastructure.settings import Settings

DOCS = Path(__file__).parents[2] / "docs"
DASHBOARD = json.loads((DOCS / "grafana" / "ansim.json").read_text())
PANELS: list[dict[str, Any]] = [one for one in DASHBOARD["panels"] if one["type"] != "row"]
METRIC = re.compile(r"\bansim_[a-z_]+\b")
OF_A_HISTOGRAM = re.compile(r"_(?:bucket|sum|count)$")


@pytest.fixture
def exposed(database) -> set[str]:
    """Names of all that the web role tells."""
    with House(Settings(database_url=database.service_url), role="serve") as house:
        text = house.metrics.exposition()
    return {family.name for family in text_string_to_metric_families(text)}


def family(name: str) -> str:
    """What the parser calls a metric: without the endings of counters and histograms."""
    return OF_A_HISTOGRAM.sub("", name).removesuffix("_total")


def documented() -> set[str]:
    return {family(name) for name in METRIC.findall((DOCS / "metrics.md").read_text())}


def shown() -> set[str]:
    return {
        family(name)
        for panel in PANELS
        for target in panel["targets"]
        for name in METRIC.findall(target["expr"])
    }


def test_the_dashboard_shows_nothing_that_is_not_told(exposed: set[str]) -> None:
    assert shown() - exposed == set()


def test_all_that_is_told_is_documented_and_shown(exposed: set[str]) -> None:
    assert exposed - documented() == set()
    assert exposed - shown() == set()


def test_the_panels_are_whole() -> None:
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(DASHBOARD["panels"])
    for panel in PANELS:
        assert panel["title"]
        assert panel["datasource"]["uid"] == "${datasource}"
        for target in panel["targets"]:
            assert target["expr"].count("(") == target["expr"].count(")")
            assert METRIC.search(target["expr"])


def test_no_two_panels_lie_upon_each_other() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in DASHBOARD["panels"]:
        at = panel["gridPos"]
        cells = {(at["x"] + x, at["y"] + y) for x in range(at["w"]) for y in range(at["h"])}
        assert not taken & cells, panel["title"]
        assert at["x"] + at["w"] <= 24
        taken |= cells
