"""The whole performance: cases are played, everything is read back, every fold is rebuilt."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from secrets import token_urlsafe
from typing import Any
from uuid import uuid4

from application.context import system
from application.figures import read_figures
from infrastructure.bootstrap import set_up_log_lines
from interfaces.commands.output import progress, say
from interfaces.demo import reading_back, services
from interfaces.demo.case import Case, read_case, shipped_cases
from interfaces.demo.guardian_messages import told_guardians
from interfaces.demo.journals import journal
from interfaces.demo.numbers import CityNumbers
from interfaces.demo.people import People, Person
from interfaces.demo.played import Played
from interfaces.demo.player import Player
from interfaces.demo.stage import DemoFailed, Stage, stage
from interfaces.demo.steps import Behave

PRESS = Path(__file__).parents[1] / "data" / "press_2023_09_05.json"
AT_ONCE = 10
OVER_SMPP = "push,smpp"


@dataclass(frozen=True, slots=True)
class Wishes:
    """``cases`` come on top of the shipped ones; ``figures`` stand in for the press's.

    ``smpp``: text messages go over SMPP only, instead of HTTP first.
    """

    cases: Sequence[Path] = ()
    figures: Path | None = None
    keep: Path | None = None
    without: tuple[str, ...] = ()
    smpp: bool = False


class Passwords(dict[str, str]):
    """A new password for each log-in, remembered while the demo lasts."""

    def __missing__(self, login: str) -> str:
        return self.setdefault(login, token_urlsafe(12))

    __call__ = dict.__getitem__


def perform(wishes: Wishes) -> dict[str, Any]:
    """Play everything on a home of its own, and return what was read back.

    Raises:
        DemoFailed: something that had to be there was not.
        ApplicationError: a case or the figures cannot be read.
    """
    set_up_log_lines("demo", level="WARNING")
    cases = [*shipped_cases(), *(read_case(path) for path in wishes.cases)]
    figures = read_figures((wishes.figures or PRESS).read_text(encoding="utf-8-sig"))
    say("starting servers and roles …")
    routes = OVER_SMPP if wishes.smpp else None
    with stage(keep=wishes.keep, without=wishes.without, routes=routes) as running:
        running.house.ledger_desk.import_figures(figures, system("demo", correlation_id=uuid4()))
        people = People(running.url, running.house, Passwords())
        people.enroll("supervisor", "11740")  # a second person, for what needs two
        played = _play(running, people, cases)
        lives = services.play(running, people)
        people.go_home()
        say("waiting for all that is due …")
        reading_back.wait_until_settled(running)
        shown = _read_back(running, people, played)
        shown |= _rebuilt(running)
        shown |= {"services": lives, "guardian_messages": told_guardians(running)}
        shown |= reading_back.counts(running)
        shown |= reading_back.audited(running)
    _judge(shown)
    return shown


def _play(running: Stage, people: People, cases: Sequence[Case]) -> list[Played]:
    """Round after round; the cases of one round side by side."""
    played: list[Played] = []
    with _stepping(cases) as stepped:

        def play(case: Case) -> Played:
            done = Player(running, people, case).play(stepped)
            say(f"played {case.case}: {done.reports[-1].report_id}")
            return done

        numbers = CityNumbers(people.administrator)
        for together in _rounds(cases):
            numbers.rule(together[0].policy)
            pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="case")
            try:
                played += pool.map(play, together)
            finally:
                pool.shutdown(cancel_futures=True)
            if _changes_partners(together[0]):
                reading_back.wait_until_settled(running)
        numbers.give_back()
    return sorted(played, key=lambda one: cases.index(one.case))


def _rounds(cases: Sequence[Case]) -> list[list[Case]]:
    """Who has the same numbers plays together; who changes how partners behave, last and alone."""
    rounds: list[list[Case]] = []
    for case in sorted(cases, key=_place):
        last = rounds[-1] if rounds else []
        if last and last[0].policy == case.policy and not _changes_partners(case):
            last.append(case)
        else:
            rounds.append([case])
    return rounds


def _place(case: Case) -> tuple[bool, bool, str]:
    return (_changes_partners(case), bool(case.policy), str(case.policy))


def _changes_partners(case: Case) -> bool:
    return any(isinstance(step, Behave) for step in case.steps)


@contextmanager
def _stepping(cases: Sequence[Case]) -> Iterator[Callable[[], None]]:
    total = sum(1 + len(case.steps) for case in cases)
    done = 0
    with progress("playing cases") as advance:

        def stepped() -> None:
            nonlocal done
            done += 1
            advance(done, total)

        yield stepped


def _read_back(running: Stage, people: People, played: Sequence[Played]) -> dict[str, Any]:
    say("reading back from the log, the read models and the partners' journals …")
    auditor = people.staff("auditor")
    entries = journal(running)
    read = [reading_back.read_case(running, auditor, one, entries) for one in played]
    if missing := [sentence for one in read for sentence in one.missing]:
        raise DemoFailed("; ".join(missing))
    return {"cases": [one.shown for one in read], **_figures(auditor)}


def _figures(auditor: Person) -> dict[str, Any]:
    downloads = auditor.get("/v1/statistics/downloads")
    usage = auditor.get("/v1/statistics/usage")
    return {
        "downloads": downloads["cumulative"],
        "downloads_new": downloads["new"],
        "usage_total": usage["total"],
        "usage_2023": usage["new"].get("2023", 0),
        "usage_counted": usage["counted"],
    }


def _rebuilt(running: Stage) -> dict[str, Any]:
    """Build every fold from nothing beside the live one, compare, and swap."""
    folds: dict[str, Mapping[str, Any]] = {}
    differences: list[str] = []
    for name in running.house.engine.names:
        say(f"building {name} from nothing …")
        built = running.house.engine.rebuild(name)
        folds[name] = {
            "rows": built.rows,
            "sha256_live": built.sha256_live,
            "sha256_rebuilt": built.sha256_rebuilt,
        }
        differences += [f"{one.fold} {one.table} {one.key}" for one in built.differences]
        if not built.equal and not built.differences:
            differences.append(name)
    verified = running.house.verify_log()
    return {
        "rebuild_equal": not differences,
        "folds": folds,
        "differences": differences,
        "log": {"position": verified.position, "chain_whole": verified.ok},
    }


def _judge(shown: Mapping[str, Any]) -> None:
    if not shown["rebuild_equal"]:
        raise DemoFailed(f"rebuilt folds differ from the live ones: {shown['differences']}")
    told = shown["guardian_messages"]
    if told["failed"] or told["duplicates"]:
        raise DemoFailed(f"guardians were not told once each: {told}")
    if not shown["log"]["chain_whole"]:
        raise DemoFailed(f"the chain of the log breaks at {shown['log']['position']}")
    if not shown["audit"]["verified"]:
        raise DemoFailed(f"the sealed log is not whole at {shown['audit']['positions']}")
