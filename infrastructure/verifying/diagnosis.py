"""Says what happened where a chain breaks, by trying what could have happened.

A guess counts only when a stored hash confirms it: that a row belongs to the broken place, say,
when the hash computed for it there is one that stands in the table.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from infrastructure.verifying.copying import LENGTH, NULL, Row
from infrastructure.verifying.findings import Finding, Found

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SHIFTS: Final = 64
"""How many rows taken out before others moved up are looked for."""


@dataclass(frozen=True, slots=True)
class Break:
    """Where the walk stopped: no row follows ``previous`` as number ``place``."""

    place: int
    previous: bytes
    last: int
    """The number that the head gives to the last row; 0 for none."""
    witnessed: bytes = b""
    """The hash that a witness holds of this place; empty for none."""
    before_previous: bytes = b""
    """The hash of the row before the previous one; empty where there is none."""
    stopped: Row | None = None
    """The row at which the walk stopped; None where the rows had ended."""
    began: int = 0
    """The number after which the walk began."""
    sealed: bool = False
    """Whether the last field may be sealed parts."""


@dataclass(slots=True)
class _Seen:
    """What one look over all rows tells about a break."""

    standing: list[Row] = field(default_factory=list)
    later: int = 0
    """How many rows stand behind the broken place."""
    stray: int | None = None
    """The number of a row that stands before its turn: twice, or below 1."""
    home: Row | None = None
    """The row that belongs to the broken place."""
    before_home: bytes = b""
    after_home: Row | None = None
    next: Row | None = None
    """The row after the standing one."""
    known: bool = False
    """Whether the standing row belongs anywhere."""
    seal_elsewhere: bool = False


def diagnose(rows: Iterable[Row], broken: Break) -> Found:
    """What is wrong at the break.

    Args:
        rows: all of the table from where the walk began, in its order.
        broken: where the walk stopped.
    """
    everything = iter(rows)
    seen = _Seen()
    before = _up_to(everything, broken, seen)
    if seen.stray is not None:
        return Found(seen.stray, Finding.INSERTED, "a row stands where none belongs")
    if _follows(seen, broken):
        return Found(broken.place, Finding.INSERTED, "a second row has this number")
    _look(everything, before, broken, seen)
    beyond = broken.place > broken.last and seen.home is None
    if beyond and (seen.standing or seen.next):
        number = broken.place if seen.standing else seen.next and seen.next.number
        return Found(number or broken.place, Finding.INSERTED, "a row stands beyond the head")
    if seen.standing and _put_in_before(seen.standing[0], broken):
        return Found(broken.place - 1, Finding.INSERTED, "a row was put in with a hash of its own")
    kind, what = _standing(seen, broken) if seen.standing else _empty(seen)
    return Found(broken.place, kind, what)


def _up_to(rows: Iterator[Row], broken: Break, seen: _Seen) -> bytes:
    """Pass the good rows and take what stands at the broken place; the hash before the rest."""
    expected: int | None = None
    before = broken.previous
    for row in rows:
        number = row.number
        if number is not None and number < broken.place:
            if number <= broken.began or number == expected:
                seen.stray = number
                break
            expected = number
            if broken.sealed and broken.stopped is not None and not seen.seal_elsewhere:
                seen.seal_elsewhere = _seal_is_from(row, broken.stopped, broken)
        elif number == broken.place:
            seen.standing.append(row)
        else:
            seen.later += 1
            seen.next = row
            _weigh(row, before, broken, seen)
            before = row.hash
            break
    return before


def _follows(seen: _Seen, broken: Break) -> bool:
    """Whether one of several rows at the place is the right one."""
    return any(
        sha256(broken.previous + row.framed).digest() == row.hash for row in seen.standing
    ) and bool(seen.standing[1:])


def _look(rows: Iterator[Row], before: bytes, broken: Break, seen: _Seen) -> None:
    for row in rows:
        seen.later += 1
        if seen.home is not None and seen.after_home is None:
            seen.after_home = row
        _weigh(row, before, broken, seen)
        before = row.hash


def _weigh(row: Row, before: bytes, broken: Break, seen: _Seen) -> None:
    """Try whether this row belongs to the broken place, and the standing one near this row."""
    standing = seen.standing[0] if seen.standing else None
    at_place = sha256(broken.previous + row.at(broken.place)).digest()
    if seen.home is None and at_place in _accepted(row, standing, broken):
        seen.home, seen.before_home = row, before
        if row is seen.next:
            seen.before_home = at_place
    if standing is None or row.number is None:
        return
    hashes = (standing.hash, row.hash)
    seen.known = seen.known or any(
        sha256(given + standing.at(number)).digest() in hashes
        for given, number in _near(row, row.number, before)
    )
    if broken.sealed and not seen.seal_elsewhere:
        seen.seal_elsewhere = _seal_is_from(row, standing, broken)


def _near(row: Row, number: int, before: bytes) -> tuple[tuple[bytes, int], ...]:
    """Hashes that another row may have followed, each with the number it had then."""
    return (row.hash, number), (row.hash, number + 1), (before, number)


def _accepted(row: Row, standing: Row | None, broken: Break) -> set[bytes]:
    """Hashes that confirm a row's place: its own, the standing row's, the witness's."""
    hashes = {row.hash, broken.witnessed}
    if standing is not None:
        hashes.add(standing.hash)
    return hashes - {b""}


def _empty(seen: _Seen) -> tuple[Finding, str]:
    if seen.home is not None:
        return Finding.REORDERED, "the row of this number stands at another"
    if seen.later:
        return Finding.REMOVED, "the row is missing"
    return Finding.TRUNCATED, "this row and all after it are missing"


def _standing(seen: _Seen, broken: Break) -> tuple[Finding, str]:
    standing = seen.standing[0]
    if seen.home is not None:
        return _exchanged(standing, seen.home, seen, broken)
    if _moved_up(standing, seen, broken):
        return Finding.REMOVED, "the row is missing, and those after it have moved up"
    if seen.seal_elsewhere:
        return Finding.SEAL_MOVED, "its sealed part belongs to another row"
    return Finding.CHANGED, "the row is not what was stored"


def _exchanged(standing: Row, home: Row, seen: _Seen, broken: Break) -> tuple[Finding, str]:
    if home.number is not None and home.number != broken.place:
        back = sha256(seen.before_home + standing.at(home.number)).digest()
        if back in {standing.hash, home.hash}:
            return Finding.SWAPPED, f"it stands in the place of {home.number}, and that here"
    follows_home = sha256(home.hash + standing.at(broken.place + 1)).digest() == standing.hash
    foreign = not seen.known and not follows_home
    if foreign and _moved_down(home, seen.after_home, broken):
        return Finding.INSERTED, "a row was put in, and those after it have moved down"
    return Finding.REORDERED, f"the row of this number stands at {home.number}"


def _moved_down(home: Row, after: Row | None, broken: Break) -> bool:
    """Whether the rows behind the one that belongs here go on from it."""
    if after is None:
        return True
    return sha256(home.hash + after.at(broken.place + 1)).digest() == after.hash


def _moved_up(standing: Row, seen: _Seen, broken: Break) -> bool:
    """Whether the row after the standing one followed it at a higher number once."""
    after = seen.next
    if after is None or after.number is None:
        return bool(broken.witnessed) and (
            sha256(broken.witnessed + standing.at(broken.place + 1)).digest() == standing.hash
        )
    return any(
        sha256(standing.hash + after.at(after.number + shift)).digest() == after.hash
        for shift in range(1, SHIFTS)
    )


def _put_in_before(standing: Row, broken: Break) -> bool:
    """Whether the standing row belongs to the place before, where one with a good hash stands."""
    if not broken.before_previous:
        return False
    there = sha256(broken.before_previous + standing.at(broken.place - 1)).digest()
    return there == standing.hash


def _seal_is_from(row: Row, standing: Row, broken: Break) -> bool:
    """Whether the standing row has this one's sealed part, or this one the standing row's."""
    theirs = _last_field(row.framed)
    if theirs == NULL:
        return False
    ours = _last_field(standing.framed)
    if theirs == ours:
        return True
    restored = standing.framed[: len(standing.framed) - len(ours)] + theirs
    return sha256(broken.previous + restored).digest() == standing.hash


def _last_field(framed: bytes) -> bytes:
    """The last framed field, its length first."""
    place = 0
    while place < len(framed):
        start = place
        [length] = LENGTH.unpack_from(framed, place)
        place += len(NULL) + max(length, 0)
    return framed[start:]
