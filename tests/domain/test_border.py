"""When she has gone over a border: by positions as they come, with their errors."""

from __future__ import annotations

from datetime import datetime
from itertools import permutations

import pytest

from domain.geography import CITY, DistrictCode
from domain.watching.border import Crossing, crossed
from domain.watching.fix import Fix
from tests.domain.reports import POLICY, after
from tests.domain.walks import fix
from tests.memory import GANGDONG, GURO, SONGPA


def there(seconds: float, depth_m: float = 100.0, district: DistrictCode = SONGPA, **more) -> Fix:
    return fix(seconds, district=district, depth_m=depth_m, **more)


def crossing(*fixes: Fix, since: datetime | None = None) -> Crossing | None:
    return crossed(fixes, own=GANGDONG, after=since, policy=POLICY)


def test_more_than_30_s_inside_another_district_is_a_crossing() -> None:
    walk = [there(second) for second in range(0, 35, 5)]
    assert crossing(*walk[:-1], there(30)) is None
    assert crossing(*walk, there(30.1)) == Crossing(district=SONGPA, since=after(0))


def test_one_position_is_none_however_old() -> None:
    assert crossing(there(0)) is None
    assert crossing() is None


def test_a_position_in_her_own_district_begins_the_time_anew() -> None:
    assert crossing(there(0), fix(20), there(25), there(50)) is None
    assert crossing(there(0), fix(20), there(25), there(56)) == Crossing(
        district=SONGPA, since=after(25)
    )


@pytest.mark.parametrize("unsure", [{"accuracy_m": 51.0}, {"accuracy_m": None}])
def test_a_bad_position_freezes_the_judgement(unsure: dict[str, float | None]) -> None:
    assert crossing(there(0, **unsure), there(40, **unsure)) is None
    own = fix(20, **unsure)
    assert crossing(there(0), own, there(40)) is not None


def test_jitter_along_the_border_is_no_crossing() -> None:
    jitter = [there(second, depth_m=29) for second in range(0, 300, 5)]
    assert crossing(*jitter) is None
    errs = [there(second, depth_m=40, accuracy_m=45) for second in range(0, 300, 5)]
    assert crossing(*errs) is None
    assert crossing(there(0), *jitter[1:7], there(40)) is not None, "unsure is not back"


def test_over_two_borders_the_last_one_counts() -> None:
    walk = (there(0), there(20), there(25, district=GURO), there(50, district=GURO))
    assert crossing(*walk) is None
    assert crossing(*walk, there(56, district=GURO)) == Crossing(district=GURO, since=after(25))


def test_out_of_the_city_is_a_crossing_too() -> None:
    out = [there(second, district=CITY, outside=True) for second in (0, 20, 40)]
    assert crossing(*out) == Crossing(district=CITY, since=after(0))


def test_order_and_repeats_change_nothing() -> None:
    walk = (there(0), fix(5), there(10), there(41))
    assert {crossing(*order, *order) for order in permutations(walk)} == {
        Crossing(district=SONGPA, since=after(10))
    }


def test_what_came_before_the_district_changed_does_not_count() -> None:
    walk = [there(second) for second in range(0, 60, 5)]
    assert crossing(*walk, since=after(20)) is None
    assert crossing(*walk, there(60), since=after(20)) == Crossing(district=SONGPA, since=after(25))
