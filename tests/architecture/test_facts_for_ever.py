"""A fact once stored is readable for ever, under a name that never changes."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from domain.catalogue import FACTS
from tests.architecture import samples, tree

TOPIC = re.compile(r"^[a-z_]+\.[a-z_]+$")


@pytest.mark.parametrize(
    "sample",
    samples.kept(),
    ids=lambda sample: f"{sample['topic']}-{sample['schema']}-{sample['shape']}",
)
def test_a_stored_fact_is_still_read(sample: samples.Sample) -> None:
    fact_class = FACTS[sample["topic"]]
    fact = fact_class.model_validate_json(sample["stored"])
    if sample["schema"] == fact_class.SCHEMA:
        assert json.loads(fact.model_dump_json()) == json.loads(sample["stored"]), (
            "the shape changed: raise SCHEMA, read the old one, and run `make facts`"
        )


def test_every_fact_has_its_samples() -> None:
    assert [one["topic"] for one in samples.missing(samples.kept())] == []
    assert samples.missing_codes() == []


def test_every_topic_reads_as_a_sentence() -> None:
    assert [topic for topic in FACTS if not TOPIC.match(topic)] == []


def test_no_code_is_renamed() -> None:
    codes = samples.codes()
    gone = {
        name: [value for value in kept if value not in codes[name]]
        for name, kept in samples.kept_codes().items()
        if name in codes
    }
    assert {name: values for name, values in gone.items() if values} == {}


def committed(path: Path) -> str | None:
    """The file in the last commit that differs from what stands here; None when new."""
    for commit in ("HEAD", "HEAD^"):
        shown = subprocess.run(
            ["git", "show", f"{commit}:{tree.short(path)}"],
            cwd=tree.ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        if shown.returncode == 0 and shown.stdout != path.read_text():
            return shown.stdout
    return None


def test_samples_are_only_ever_added() -> None:
    before = committed(samples.GOLDEN)
    known = json.loads(before) if before else []
    assert samples.kept()[: len(known)] == known


def test_codes_are_only_ever_added() -> None:
    before = committed(samples.GOLDEN_CODES)
    known = json.loads(before) if before else {}
    kept = samples.kept_codes()
    assert {name: kept.get(name, [])[: len(values)] for name, values in known.items()} == known
