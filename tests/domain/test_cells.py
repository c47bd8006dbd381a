"""What an open cell of 100 m says of distances, and of what lies near."""

from __future__ import annotations

from domain.geography import cells_within, metres_between_cells


def test_cells_are_as_far_apart_as_their_middles() -> None:
    assert metres_between_cells("2087_5512", "2087_5512") == 0
    assert metres_between_cells("2087_5512", "2090_5516") == 500


def test_near_are_the_cells_whose_middles_are() -> None:
    near = cells_within("2087_5512", 500)
    assert {"2087_5512", "2092_5512", "2084_5508"} <= near
    assert "2092_5513" not in near
    assert all(metres_between_cells("2087_5512", one) <= 500 for one in near)
    assert len(near) == 81


def test_nothing_lies_beyond_the_grid() -> None:
    assert cells_within("0_0", 100) == {"0_0", "0_1", "1_0"}
