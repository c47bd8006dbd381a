"""Words by text message: nothing is lost, cut or replaced, whoever they go to."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.sms import (
    DECODE,
    GSM7_BASIC,
    GSM7_EXTENDED,
    PIECES_MAX,
    Alphabet,
    TextKind,
    TextTooLong,
    fitted,
    gsm7,
    read_gsm7,
)

SEOUL, BERLIN, SHANGHAI = "+821012345678", "+4915112345678", "+8613812345678"
HANGUL = "가나다라마바사아자차카타파하"
ANY_WORDS = st.text(
    alphabet=st.one_of(
        st.sampled_from(HANGUL + "您安全吗똠뷁①㉠"),
        st.sampled_from(GSM7_BASIC.replace("\x1b", "") + "".join(GSM7_EXTENDED)),
        st.characters(exclude_categories=["Cs"]),
    ),
    max_size=400,
)
IN_PIECE = {Alphabet.GSM7: (160, 153), Alphabet.UCS2: (140, 134)}


@given(ANY_WORDS, st.sampled_from([SEOUL, BERLIN, SHANGHAI]))
def test_what_goes_is_what_was_said_in_pieces_that_a_network_takes(words, phone) -> None:
    text = fitted(words, phone)
    decoded = "".join(DECODE[text.alphabet](piece) for piece in text.encoded)
    assert decoded == unicodedata.normalize("NFC", words)
    sizes = [len(piece) for piece in text.encoded]
    if text.alphabet is Alphabet.EUC_KR:
        assert sizes[0] <= {TextKind.SMS: 90, TextKind.LMS: 2_000}[text.kind]
    else:
        alone, joined = IN_PIECE[text.alphabet]
        assert max(sizes) <= (alone if len(sizes) == 1 else joined)
        assert (text.kind is TextKind.JOINED) == (len(sizes) > 1)


@given(ANY_WORDS, st.sampled_from([BERLIN, SHANGHAI]))
def test_euc_kr_never_goes_abroad(words, phone) -> None:
    assert fitted(words, phone).alphabet is not Alphabet.EUC_KR


@given(ANY_WORDS)
def test_no_piece_could_have_taken_the_first_sign_of_the_next(words) -> None:
    text = fitted(words, BERLIN)
    joined = IN_PIECE[text.alphabet][1]
    for here, after in zip(text.pieces, text.pieces[1:], strict=False):
        both = text.model_copy(update={"pieces": (here + after[0],)})
        assert len(both.encoded[0]) > joined


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("가" * 45, TextKind.SMS),
        ("가" * 45 + "!", TextKind.LMS),
        ("a" * 90, TextKind.SMS),
        ("가" * 1_000, TextKind.LMS),
        ("똠" * 45, TextKind.SMS),
    ],
)
def test_ninety_bytes_of_euc_kr_are_a_short_message(words, kind) -> None:
    text = fitted(words, SEOUL)
    assert (text.alphabet, text.kind) == (Alphabet.EUC_KR, kind)


@pytest.mark.parametrize("phone", [SEOUL, SHANGHAI])
def test_chinese_goes_as_ucs2_and_is_whole(phone) -> None:
    text = fitted("您安全吗", phone)
    assert text.alphabet is Alphabet.UCS2
    assert text.encoded == ("您安全吗".encode("utf-16-be"),)


def test_syllables_that_came_in_parts_are_put_together() -> None:
    assert fitted(unicodedata.normalize("NFD", "안심"), SEOUL).encoded == ("안심".encode("cp949"),)


@pytest.mark.parametrize(
    ("words", "pieces"),
    [
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 159 + "€", 2),
        ("é" * 306, 2),
        ("é" * 307, 3),
        ("é" * 152 + "€" + "é" * 10, 2),
        ("안" * 70, 1),
        ("안" * 71, 2),
        ("안" * 135, 3),
        ("😀" * 35, 1),
        ("😀" * 36, 2),
    ],
)
def test_pieces_abroad_are_counted_as_networks_count_them(words, pieces) -> None:
    assert len(fitted(words, BERLIN).pieces) == pieces


def test_neither_an_escape_nor_a_pair_is_cut_in_two() -> None:
    assert fitted("a" * 152 + "€" + "a" * 20, BERLIN).pieces[0] == "a" * 152
    assert fitted("안" * 66 + "😀" + "안" * 20, BERLIN).pieces[0] == "안" * 66


@pytest.mark.parametrize(
    ("words", "phone"),
    [("가" * 1_001, SEOUL), ("a" * 1_531, BERLIN), ("您" * 671, SEOUL)],
)
def test_more_than_a_network_carries_is_refused(words, phone) -> None:
    with pytest.raises(TextTooLong):
        fitted(words, phone)


def test_as_much_as_a_network_carries_goes() -> None:
    assert len(fitted("您" * 670, SEOUL).pieces) == PIECES_MAX


def test_the_gsm_alphabet_is_read_as_it_is_written() -> None:
    signs = GSM7_BASIC.replace("\x1b", "") + "".join(GSM7_EXTENDED)
    assert read_gsm7(gsm7(signs)) == signs
    assert len(GSM7_BASIC) == 128
