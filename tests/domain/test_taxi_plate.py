"""Plates of taxis: many ways to write one, one way to keep it."""

from __future__ import annotations

from typing import Literal, get_args
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.taxi.plate import REGIONS, PlateMalformed, plate_of, plates_in

Form = Literal["NFC", "NFD", "NFKC", "NFKD"]


@pytest.mark.parametrize(
    "said",
    [
        "서울32바1234",
        "서울 32바 1234",
        "  서울32 바1234\n",
        normalize("NFD", "서울 32바 1234"),
        "서울３２바１２３４",
        "서울-32바-1234",
        "서울\u00a032바\u200b1234",
        "서울32ﾲￂ1234",
    ],
)
def test_a_plate_is_kept_in_one_form(said: str) -> None:
    assert plate_of(said) == "서울32바1234"


@pytest.mark.parametrize("said", ["32바1234", "132자9876", "경기 30사 0001", "71아0000"])
def test_the_region_may_be_missing_and_the_class_may_have_three_digits(said: str) -> None:
    assert plate_of(said) == said.replace(" ", "")


@pytest.mark.parametrize(
    "said",
    [
        "",
        "택시",
        "32가1234",
        "서울32배1234",
        "1바1234",
        "1234바1234",
        "서울32바123",
        "서울32바12345",
        "한양32바1234",
        "서울서울32바1234",
        "32바1234; DROP TABLE trips",
        "٣٢바١٢٣٤",
        "32바1234" + " " * 200,
    ],
)
def test_another_form_is_refused_by_name(said: str) -> None:
    with pytest.raises(PlateMalformed) as refused:
        plate_of(said)
    assert refused.value.code == "taxi.plate_malformed"
    assert said.strip() not in str(refused.value) or not said.strip()


@given(
    parts=st.tuples(
        st.sampled_from(("", *REGIONS)),
        st.integers(10, 999).map(str),
        st.sampled_from("바사아자"),
        st.integers(0, 9999).map("{:04}".format),
    ),
    gaps=st.tuples(*[st.sampled_from(["", " ", "-", "  ", "\u2009"])] * 3),
    form=st.sampled_from(get_args(Form)),
)
def test_every_plate_is_read_back_however_it_is_written(
    parts: tuple[str, ...], gaps: tuple[str, ...], form: Form
) -> None:
    written = "".join(part + gap for part, gap in zip(parts, (*gaps, ""), strict=True))
    plain = "".join(parts)
    assert plate_of(normalize(form, written)) == plain
    assert plates_in(f"안심택시 {normalize(form, written)} 입니다") == {plain}


def test_within_a_text_a_longer_number_is_no_plate() -> None:
    assert plates_in("주문 4432바12345번, 1234바5678") == frozenset()
    assert plates_in("32바1234와 33사5678") == {"32바1234", "33사5678"}
