"""Members are counted for all of the staff, and for nobody else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from application.errors import Forbidden
from application.membership_figures import MembershipFiguresDesk
from application.past import Past
from domain.roles import Role
from tests.application.house import CITIZEN, KIM, asked_by
from tests.memory import FrozenClock
from tests.scenario import T0


class View:
    def members(self, as_of: int | None) -> Mapping[str, Any]:
        return {"as_of": as_of}


class Seven:
    """A log of seven facts."""

    def head(self) -> int:
        return 7

    def position_at(self, _moment: object) -> int:
        return 5


def test_counts_are_for_staff() -> None:
    desk = MembershipFiguresDesk(View(), Past(Seven(), FrozenClock(T0)))
    assert desk.members(asked_by(Role.STATISTICIAN, "im")) == {"as_of": None}
    assert desk.members(KIM, as_of=3) == {"as_of": 3}
    with pytest.raises(Forbidden):
        desk.members(CITIZEN)
