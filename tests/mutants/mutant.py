"""One rule broken: which words of which file become which others."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
LISTS = Path(__file__).parent
"""``*.toml``, one for each part of the domain."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """A small lie about one rule.

    ``first`` are the tests that should notice, asked before all others only to save time.
    """

    rule: str
    file: str
    old: str
    new: str
    first: tuple[str, ...] = ()

    @property
    def place(self) -> Path:
        return ROOT / self.file

    def fits(self) -> bool:
        """Whether its old words stand in the file, exactly once."""
        return self.place.read_text().count(self.old) == 1

    def planted(self, root: Path) -> str:
        """The file as it is under ``root``; afterwards it lies."""
        path = root / self.file
        sound = path.read_text()
        path.write_text(sound.replace(self.old, self.new))
        return sound


def read_all() -> list[Mutant]:
    return [
        _read(one)
        for path in sorted(LISTS.glob("*.toml"))
        for one in tomllib.loads(path.read_text())["mutant"]
    ]


def _read(one: dict[str, Any]) -> Mutant:
    return Mutant(**{**one, "first": tuple(one.get("first", ()))})
