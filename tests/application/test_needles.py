"""A value is looked for in every form in which it may lie in clear."""

from __future__ import annotations

import struct

import pytest

from application.needles import needles


@pytest.mark.parametrize(
    "form",
    [
        b"+821012345678",
        b"821012345678",
        b"01012345678",
        b"010-1234-5678",
        "김서연".encode(),
        b"\\uae40\\uc11c\\uc5f0",
        b"37.5385",
        struct.pack(">d", 127.1376),
        struct.pack("<d", 127.1376),
    ],
)
def test_a_persons_values_are_looked_for_as(form: bytes) -> None:
    values = [
        {"name": "김서연", "phone": "+821012345678"},
        {"position": {"latitude_deg": 37.5385, "longitude_deg": 127.1376}, "fix": [None, True]},
    ]
    assert form in needles(values)


def test_what_would_be_found_anywhere_by_chance_is_not_looked_for() -> None:
    assert needles(
        [{"name": "Al", "accuracy_m": 12.0, "presses": 3, "note": {"erased": True}}]
    ) == (frozenset())


def test_a_foreign_number_is_looked_for_as_it_is() -> None:
    assert needles([{"phone": "+4915112345678"}]) == {b"+4915112345678", b"4915112345678"}
