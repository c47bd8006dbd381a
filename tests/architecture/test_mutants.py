"""The list of planted lies fits the code: a rule that was rewritten takes its lie along."""

from __future__ import annotations

import pytest

from tests.mutants.mutant import read_all


@pytest.mark.parametrize("mutant", read_all(), ids=lambda mutant: mutant.rule)
def test_each_planted_lie_fits_its_file(mutant) -> None:
    assert mutant.place.read_text().count(mutant.old) == 1
    assert mutant.new != mutant.old


def test_no_rule_is_listed_twice() -> None:
    rules = [mutant.rule for mutant in read_all()]
    assert len(set(rules)) == len(rules)
