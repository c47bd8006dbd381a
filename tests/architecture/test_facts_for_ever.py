"""A fact once stored is readable for ever, under a name that never changes."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any, ClassVar

import pytest
from pydantic import ValidationError, ValidationInfo, model_validator

from domain.base import Fact
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
    assert sample["schema"] <= fact_class.SCHEMA, "a schema number is never taken back"
    fact = samples.read(fact_class, sample)
    if sample["schema"] == fact_class.SCHEMA:
        assert fact.model_dump_json() == sample["stored"], (
            "the bytes changed: raise SCHEMA, read the old shape, and run `make facts`"
        )
    else:
        assert samples.read(fact_class, samples.current(fact, sample)) == fact


def test_every_schema_that_ever_was_has_its_samples() -> None:
    known = {(one["topic"], one["schema"]) for one in samples.kept()}
    ever = {
        (topic, schema)
        for topic, fact_class in FACTS.items()
        for schema in range(1, fact_class.SCHEMA + 1)
    }
    assert known == ever


class Moved(Fact):
    """Planted: a fact in its second shape, which reads the first."""

    TOPIC: ClassVar[str] = "planted.moved"
    SCHEMA: ClassVar[int] = 2

    district: str

    @model_validator(mode="before")
    @classmethod
    def _of_the_first_shape(cls, fields: Any, info: ValidationInfo) -> Any:
        if (info.context or {}).get("schema_version") == 1:
            fields = dict(fields)
            fields["district"] = fields.pop("place")
        return fields


del FACTS[Moved.TOPIC]  # other tests ask for every fact of the house
FIRST_SHAPE = samples.Sample(
    topic="planted.moved",
    schema=1,
    shape="full",
    since="0.1.0",
    stored=f'{{"originator_id":"{samples.ID}","originator_version":2,'
    '"timestamp":"2023-02-02T14:41:07.250000Z","occurred_at":null,"place":"11740"}',
)


def test_an_older_shape_is_read_as_the_log_reads_it() -> None:
    fact = samples.read(Moved, FIRST_SHAPE)
    assert fact == samples.read(Moved, samples.current(fact, FIRST_SHAPE))
    with pytest.raises(ValidationError):
        samples.read(Moved, samples.Sample(**FIRST_SHAPE | {"schema": 2}))


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
