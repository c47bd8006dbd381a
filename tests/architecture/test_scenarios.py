"""Every fault that the service must outlive has a test that says so by its number."""

from __future__ import annotations

import ast

from tests.architecture.tree import ROOT, modules, tree_of
from tests.faults.scenarios import SCENARIOS

TESTS = ROOT / "tests"


def test_each_scenario_has_a_proof() -> None:
    marked = {
        mark.args[0].value
        for path in modules()
        if path.is_relative_to(TESTS)
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
        for mark in node.decorator_list
        if isinstance(mark, ast.Call)
        and getattr(mark.func, "id", None) == "scenario"
        and isinstance(mark.args[0], ast.Constant)
    }
    assert marked == set(SCENARIOS)
