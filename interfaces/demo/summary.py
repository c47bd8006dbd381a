"""A performance told to a person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from interfaces.commands.output import print_table


def print_summary(shown: Mapping[str, Any]) -> None:
    print_table(
        "Cases, as the log has them",
        ("case", "report", "district", "outcome", "facts"),
        (
            (one["case"], one["report_id"], one["district"], one["outcome"], len(one["facts"]))
            for one in shown["cases"]
        ),
    )
    print_table("Downloads, cumulative", ("to", "count"), shown["downloads"].items())
    print_table(
        "Folds, live and rebuilt from nothing",
        ("fold", "rows", "SHA-256"),
        ((name, one["rows"], one["sha256_rebuilt"]) for name, one in shown["folds"].items()),
    )
    figures = (
        "usage_total",
        "usage_2023",
        "usage_counted",
        "timers_fired",
        "deliveries_done",
        "dead_letters",
        "rebuild_equal",
    )
    print_table("Figures", ("what", "value"), ((name, shown[name]) for name in figures))
