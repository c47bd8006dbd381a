"""The rules of STYLE that a machine can check; see docs/decisions."""

from __future__ import annotations

import ast
import re

import pytest

from tests.architecture import log_lines, tree

MODULE_LINES_MAX = 300
FUNCTION_LINES_MAX = 50
REVISION = re.compile(r'^revision = "(\w+)"', re.MULTILINE)
FOLLOWED = re.compile(r'^down_revision = "(\w+)"', re.MULTILINE)
HOMES = re.compile(r"(?<![\w.])/(?:root|home/\w+|Users/\w+|work)/")
REGISTRY = re.compile(
    r"(?:pypi\.org|files\.pythonhosted\.org|registry\.npmjs\.org|index-url|find-links)",
    re.IGNORECASE,
)
FORBIDDEN_WORDS = re.compile(r"\b(?:TODO|FIXME|XXX)\b")
SKIPPING = re.compile(r"pytest\.(?:mark\.)?(?:skip|skipif|importorskip|xfail)\b")
TEXT = {
    ".py",
    ".md",
    ".toml",
    ".lock",
    ".yml",
    ".yaml",
    ".json",
    ".html",
    ".js",
    ".css",
    ".sql",
    "",
}


def test_no_module_is_longer_than_a_reader_can_hold() -> None:
    long = {
        tree.short(path): lines
        for path in tree.modules()
        if (lines := len(path.read_text().splitlines())) > MODULE_LINES_MAX
    }
    assert long == {}


def test_no_function_is_longer_than_a_screen() -> None:
    long = {
        f"{tree.short(path)}:{function.name}": lines
        for path in tree.modules()
        if "alembic" not in path.parts  # a migration is one script, frozen once it has run
        for function in tree.functions(path)
        if (lines := (function.end_lineno or 0) - function.lineno + 1) > FUNCTION_LINES_MAX
    }
    assert long == {}


def test_log_lines_are_named_by_literals() -> None:
    wrong = {
        tree.short(path): found
        for path in tree.room_modules()
        if (found := log_lines.wrong_names(tree.tree_of(path)))
    }
    assert wrong == {}


@pytest.mark.parametrize(
    "planted",
    [
        "log.info(f'fold.caught_up {name}')",
        "log.info('The fold has caught up')",
        "self._log.warning(name)",
        "logger.error('fold.stopped', reason)",
    ],
)
def test_a_planted_log_sentence_is_found(planted: str) -> None:
    assert log_lines.wrong_names(ast.parse(planted))


def test_alembic_is_a_folder_of_scripts() -> None:
    assert not (tree.ROOT / "alembic" / "__init__.py").exists()


def test_every_migration_follows_another_and_one_is_the_last() -> None:
    scripts = [path.read_text() for path in (tree.ROOT / "alembic" / "versions").glob("*.py")]
    revisions = {found[1] for one in scripts if (found := REVISION.search(one))}
    followed = [found[1] for one in scripts if (found := FOLLOWED.search(one))]
    assert len(followed) == len(set(followed)) == len(revisions) - 1
    assert len(revisions - set(followed)) == 1


def test_no_tracked_file_names_a_registry_or_this_machine() -> None:
    found = {
        f"{tree.short(path)}:{number}": line.strip()
        for path in tree.tracked()
        if path.suffix in TEXT and path.name != "test_house_rules.py"
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if HOMES.search(line) or REGISTRY.search(line)
    }
    assert found == {}


def test_nothing_is_put_off_or_skipped() -> None:
    found = {
        f"{tree.short(path)}:{number}": line.strip()
        for path in tree.modules()
        if path.name != "test_house_rules.py"
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if FORBIDDEN_WORDS.search(line) or SKIPPING.search(line)
    }
    assert found == {}
