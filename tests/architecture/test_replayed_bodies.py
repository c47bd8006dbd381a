"""A body that applies a fact runs again at every replay: it only assigns."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterator

import pytest

import domain.catalogue  # noqa: F401 - makes every aggregate known
from domain.base import FACTS, Aggregate
from infrastructure.log.opening import opening
from tests.architecture.tree import ROOT, room_modules, short, tree_of

CLOCKS = {"now", "utcnow", "today", "time", "monotonic", "perf_counter"}
CHANCE = {"uuid1", "uuid4", "random", "randint", "choice", "token_hex", "token_urlsafe"}


def replayed(tree: ast.Module) -> Iterator[ast.FunctionDef]:
    """Functions marked ``@applies``, ``evolve``, and the methods that these call on self."""
    for holder in ast.walk(tree):
        if not isinstance(holder, ast.ClassDef):
            continue
        methods = {one.name: one for one in holder.body if isinstance(one, ast.FunctionDef)}
        waiting = [one for one in methods.values() if _applies(one)]
        seen: set[str] = set()
        while waiting:
            method = waiting.pop()
            if method.name not in seen:
                seen.add(method.name)
                yield method
                waiting += [methods[name] for name in _asked_of_self(method) if name in methods]


def offences(tree: ast.Module) -> Iterator[str]:
    for method in replayed(tree):
        for node in ast.walk(method):
            offence = _offence(node)
            if offence:
                yield f"line {node.lineno}: {offence} in {method.name}"


def _applies(method: ast.FunctionDef) -> bool:
    return method.name == "evolve" or any(
        isinstance(mark, ast.Call) and isinstance(mark.func, ast.Name) and mark.func.id == "applies"
        for mark in method.decorator_list
    )


def _asked_of_self(method: ast.FunctionDef) -> Iterator[str]:
    for node in ast.walk(method):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="self"), attr=name)):
                yield name


def _offence(node: ast.AST) -> str | None:
    match node:
        case ast.Raise():
            return "raise"
        case ast.Assert():
            return "assert"
        case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name)):
            return f"{name}()" if name in CLOCKS | CHANCE else None
        case _:
            return None


def test_no_replayed_body_refuses_or_reads_a_clock() -> None:
    found = [
        f"{short(path)}, {offence}"
        for path in room_modules()
        if path.is_relative_to(ROOT / "domain")
        for offence in offences(tree_of(path))
    ]
    assert not found, "\n".join(found)


def test_what_is_left_sealed_is_read_by_no_replayed_body() -> None:
    left = [
        (method, fact.PERSONAL)
        for kind in _kinds(Aggregate)
        for fact in kind.LEFT_SEALED
        for method in kind._appliers[fact]
    ]
    assert left
    for method, personal in left:
        tree = ast.parse(textwrap.dedent(inspect.getsource(method)))
        read = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        assert not read & set(personal), method.__qualname__


def _kinds(base: type[Aggregate]) -> Iterator[type[Aggregate]]:
    for kind in base.__subclasses__():
        yield kind
        yield from _kinds(kind)


def test_there_are_replayed_bodies_to_look_at() -> None:
    bodies = list(replayed(tree_of(ROOT / "domain" / "emergency" / "state.py")))
    assert len(bodies) > 20


@pytest.mark.parametrize(
    ("body", "offence"),
    [
        ("raise ValueError", "raise"),
        ("assert fact.at", "assert"),
        ("self.at = datetime.now(UTC)", "now()"),
        ("self.id = uuid4()", "uuid4()"),
        ("self._check(fact)", "raise"),
    ],
)
def test_a_planted_offender_is_found(body: str, offence: str) -> None:
    planted = ast.parse(
        "class Report(Aggregate):\n"
        "    @applies(Opened)\n"
        f"    def _opened(self, fact):\n        {body}\n"
        "    def _check(self, fact):\n        raise ValueError\n"
    )
    assert any(offence in found for found in offences(planted))


def test_no_kind_of_fact_takes_the_long_way_to_its_replay() -> None:
    long = [topic for topic, kind in FACTS.items() if opening(topic, kind.SCHEMA) is None]
    assert long == []
