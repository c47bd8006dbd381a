"""The city's numbers, changed for a while as an administrator changes them: a fact, in the log."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from interfaces.commands.output import say
from interfaces.demo.stage import wait_for

if TYPE_CHECKING:
    from interfaces.demo.people import Person

IN_FORCE_S: Final = 30.0


class CityNumbers:
    """So that minutes pass in seconds, by rules that stand in the log, and by no false clock."""

    def __init__(self, administrator: Person) -> None:
        self._administrator = administrator
        self._usual = self._ruling()
        self._changed: frozenset[str] = frozenset()

    def rule(self, numbers: Mapping[str, float | None]) -> None:
        """Have these numbers in force, and all others as usual; waits until they are."""
        wanted = self._change(numbers)
        if wanted:
            wait_for(
                lambda: not self._other_than(wanted),
                what=f"the new number of {', '.join(wanted)}",
                within_s=IN_FORCE_S,
            )

    def give_back(self) -> None:
        """As usual again, in a moment."""
        self._change({})

    def _change(self, numbers: Mapping[str, float | None]) -> dict[str, Any]:
        usual = {name: self._usual[name] for name in self._changed}
        wanted = self._other_than(usual | dict(numbers))
        if wanted:
            told = ", ".join(f"{name} → {value}" for name, value in wanted.items())
            say(f"the city's numbers are changed, which the log keeps: {told}")
            body = {"changes": wanted, "reason": "The demo plays its cases in less time."}
            self._administrator.post("/v1/policy/changes", body)
        self._changed = frozenset(numbers)
        return wanted

    def _other_than(self, numbers: Mapping[str, Any]) -> dict[str, Any]:
        """Those of ``numbers`` that are not in force."""
        now = self._ruling()
        return {name: value for name, value in numbers.items() if now[name] != value}

    def _ruling(self) -> dict[str, Any]:
        return dict(self._administrator.get("/v1/policy")["numbers"])
