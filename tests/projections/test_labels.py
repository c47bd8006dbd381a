"""Whatever happens to reports, a label that somebody has or has not looked at changes no order."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from domain.base import Fact
from domain.emergency import facts
from domain.emergency.labelling import Label, Labelled, LabelReviewed
from domain.emergency.taking_back import DuressSuspected
from domain.policy import EscalationLevel
from infrastructure.views.queue import urgency_of
from projections.operator_queue import OperatorQueue
from projections.queue_row import QueueRow
from tests.story import KIM, Story, report

Told = tuple[type[Fact], dict[str, Any]]
MANY: Told = (Labelled, {"label": Label.MANY_TRIGGERS, "count": 50, "within_s": 600.0})
LOOKED: Told = (LabelReviewed, {"label": Label.MANY_TRIGGERS, "operator_id": KIM})
LABELS = (MANY, LOOKED)
HAPPENS: tuple[Told, ...] = (
    (facts.Accepted, {}),
    (facts.Escalated, {"level": EscalationLevel.SUPERVISOR}),
    (facts.Escalated, {"level": EscalationLevel.CITY}),
    (facts.Joined, {}),
    (facts.Claimed, {}),
    (facts.CallPlaced, {}),
    (facts.PoliceRequested, {"unassessed": True}),
    (DuressSuspected, {}),
    (facts.Resolved, {}),
)
OF_LABELS = {"many_triggers", "label_seen", "last_topic", "last_at", "last_position"}


def lives() -> st.SearchStrategy[list[list[Told]]]:
    """Of some reports what happens to each, labels in between."""
    life = st.lists(st.sampled_from((*HAPPENS, *LABELS)), max_size=8)
    return st.lists(life, min_size=2, max_size=5)


def queue(told: list[list[Told]], *, labels: bool) -> list[QueueRow]:
    """The rows in the order of the queue; without labels the moments stay those of the story."""
    fold, story = OperatorQueue(), Story()
    rows: list[QueueRow] = []
    for number, life in enumerate(told, start=1):
        row = None
        for kind, fields in ((facts.Triggered, {}), *life):
            fact = story.tell(kind, report(number), **fields)
            if labels or (kind, fields) not in LABELS:
                row = fold.evolve(row, fact)
        assert row is not None
        rows.append(row)
    return sorted(rows, key=urgency_of)


@given(lives())
def test_labels_change_no_order_no_ringing_and_no_deadline(told: list[list[Told]]) -> None:
    plain, marked = queue(told, labels=False), queue(told, labels=True)
    assert [row.report_id for row in marked] == [row.report_id for row in plain]
    for one, other in zip(plain, marked, strict=True):
        assert one.model_dump(exclude=OF_LABELS) == other.model_dump(exclude=OF_LABELS)
