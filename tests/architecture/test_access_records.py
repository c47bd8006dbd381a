"""What is sealed is opened by few, and they leave a record; see docs/access-records.md."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest

from tests.architecture import tree

OPENERS = {
    "application/reading_desk.py": "shows reports and their histories",
    "application/export_desk.py": "hands out a case",
    "application/delivery_desk.py": "tells partners where, and whom to call",
    "application/erasing.py": "looks for what must be gone",
    "application/clips/showing.py": "shows clips",
}
"""Desks that open what is sealed for somebody; each writes the access record itself."""

CARRIERS = {
    "application/ports.py": "the port",
    "application/safe_return.py": "loads aggregates, which decide; see DECIDING",
    "infrastructure/bootstrap.py": "makes the mapper",
    "infrastructure/fix_rows.py": "keeps positions of open cases; what decides asks for them",
    "infrastructure/answering.py": "hands it to the reading desk",
    "infrastructure/accompanying.py": "hands it to the reading of sessions",
    "infrastructure/exporting.py": "hands it to the export desk",
    "infrastructure/remembering.py": "hands it to the erasing desk",
    "application/clips/ports.py": "the port",
    "application/clips/receiving.py": "seals what a phone sends",
    "application/clips/checking.py": "has a machine look whether it is a video",
    "infrastructure/filming.py": "hands the seals to these",
    "infrastructure/clips/case_clips.py": "opens clips for the export desk",
    "infrastructure/clips/forgetting.py": "takes samples for the erasing desk, which records it",
    "infrastructure/auditing.py": "hands a sealer to the verifier, which looks at seals only",
}
"""They carry an unsealer to its desk, or open where nobody sees; none gives a value to anybody."""

SEALS = (
    "infrastructure/log/",
    "infrastructure/key_",
    "infrastructure/kek",
    "infrastructure/proof/",
)
SEALS += (
    "infrastructure/clips/sealing",
    "infrastructure/verifying/",
    "infrastructure/rotation",
    "infrastructure/subject_keys",
)
"""How sealing, keys and proofs are done."""

NAMES = frozenset(
    {
        "ClipSeals",
        "clip_seals",
        "Unsealer",
        "FactMapper",
        "Sealer",
        "unseal",
        "mapper",
        "to_domain_event",
    }
)
RECORDING = frozenset({"record", "record_all"})


def opening(node: ast.AST) -> str | None:
    """What the node has to do with opening; None for nothing."""
    match node:
        case ast.Attribute(attr=name) | ast.Name(id=name) | ast.alias(name=name) if name in NAMES:
            return name
        case ast.keyword(arg="unseal", value=ast.Constant(value=True)):
            return "unseal=True"
        case ast.Call(func=ast.Attribute(attr="history", value=ast.Attribute(attr="app"))):
            return "app.history()"
        case _:
            return None


def opened_in(module: ast.Module) -> set[str]:
    return {name for node in ast.walk(module) if (name := opening(node))}


def recorded_in(module: ast.Module) -> bool:
    return any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in RECORDING
        and "access_log" in ast.unparse(node.func.value)
        for node in ast.walk(module)
    )


def asked_of_the_house(module: ast.Module) -> Iterator[str]:
    """Members by which interfaces and workers could get at opened values beside the desks."""
    for node in ast.walk(module):
        match node:
            case ast.Attribute(value=ast.Name(id="house"), attr="app" | "mapper" | "key_ring"):
                yield ast.unparse(node)


def test_only_named_desks_open_what_is_sealed() -> None:
    unnamed = {
        short: sorted(found)
        for path in tree.room_modules()
        if not (short := tree.short(path)).startswith(SEALS)
        and short not in OPENERS | CARRIERS
        and (found := opened_in(tree.tree_of(path)))
    }
    assert unnamed == {}, "Let a desk in OPENERS open it, or name yours there with its record."


@pytest.mark.parametrize("module", OPENERS)
def test_who_opens_leaves_a_record(module: str) -> None:
    opener = tree.tree_of(tree.ROOT / module)
    assert opened_in(opener)
    assert recorded_in(opener), f"{module} {OPENERS[module]} without a word in the access log"


def test_doors_and_workers_get_opened_values_from_desks_only() -> None:
    found = {
        tree.short(path): names
        for path in tree.room_modules()
        if tree.short(path).startswith(("interfaces/", "workers/"))
        and (names := sorted(asked_of_the_house(tree.tree_of(path))))
    }
    assert found == {}


def test_access_records_are_written_in_one_way() -> None:
    writers = [
        tree.short(path)
        for path in tree.room_modules()
        if "record_access" in path.read_text() or "INTO access_records" in path.read_text()
    ]
    assert writers == ["infrastructure/access_log.py"]


@pytest.mark.parametrize(
    "planted",
    [
        "self._mapper_of(house.mapper)",
        "from application.ports import Unsealer",
        "reader.stream(report_id, unseal=True)",
        "opened = ring.unseal(part)",
        "blocks = house.clip_seals.opened(read)",
        "facts = house.app.history(report_id)",
    ],
)
def test_a_planted_opening_is_found(planted: str) -> None:
    module = ast.parse(planted)
    assert opened_in(module) | set(asked_of_the_house(module))
