"""Published totals are read as stated, and doubted."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from application.figures import FiguresUnreadable, read_figures

PRESS = Path(__file__).parents[2] / "interfaces" / "data" / "press_2023_09_05.json"


def figures(**sections: Any) -> str:
    return json.dumps({"source": "test", **sections}, indent=1)


def test_the_press_releases_totals_become_periods() -> None:
    read = read_figures(PRESS.read_text(encoding="utf-8"))
    assert [(one.period.until.isoformat(), one.count) for one in read.downloads] == [
        ("2019-12-31", 131776),
        ("2020-12-31", 26205),
        ("2021-12-31", 22284),
        ("2022-12-31", 25637),
        ("2023-08-26", 18702),
    ]
    assert [(one.period.since, one.period.until, one.count) for one in read.usage] == [
        (None, date(2022, 12, 31), 174824),
        (date(2023, 1, 1), date(2023, 8, 26), 36657),
    ]


def test_a_part_after_a_total_extends_it() -> None:
    read = read_figures(
        figures(
            usage={
                "cumulative": [{"until": "2020-12-31", "total": 5}],
                "within": [{"since": "2021-01-01", "until": "2021-06-30", "count": 3}],
            }
        )
    )
    assert [one.count for one in read.usage] == [5, 3]
    assert read.downloads == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "the file: Invalid JSON"),
        (figures(downloads={"cumulative": []}), r"downloads\.cumulative: .*at least 1"),
        (
            figures(downloads={"cumulative": [{"until": "2020", "total": 1}]}),
            r"downloads\.cumulative\.0\.until",
        ),
        (
            figures(
                downloads={
                    "cumulative": [
                        {"until": "2020-12-31", "total": 9},
                        {"until": "2021-12-31", "total": 8},
                    ]
                }
            ),
            "line 10: downloads: the total 8 is below 9",
        ),
        (
            figures(
                downloads={
                    "cumulative": [
                        {"until": "2020-12-31", "total": 1},
                        {"until": "2021-12-31", "total": 8},
                    ],
                    "within": [{"since": "2021-01-01", "until": "2021-12-31", "count": 6}],
                }
            ),
            "line 6: downloads: .* contradict each other: 1 and 2",
        ),
        (
            figures(
                usage={
                    "cumulative": [{"until": "2021-12-31", "total": 8}],
                    "within": [{"since": "2021-01-01", "until": "2021-12-31", "count": 9}],
                }
            ),
            "a part is too large",
        ),
        (
            figures(
                usage={
                    "cumulative": [{"until": "2021-12-31", "total": 8}],
                    "within": [{"since": "2019-01-01", "until": "2019-12-31", "count": 1}],
                }
            ),
            "nothing ties 2019-01-01 to 2019-12-31 to a total",
        ),
        (
            figures(
                usage={
                    "cumulative": [{"until": "2021-12-31", "total": 8}],
                    "within": [{"since": "2022-01-01", "until": "2021-12-31", "count": 1}],
                }
            ),
            "2022-01-01 is after 2021-12-31",
        ),
    ],
)
def test_figures_that_contradict_themselves_are_refused(text: str, message: str) -> None:
    with pytest.raises(FiguresUnreadable, match=message):
        read_figures(text)
