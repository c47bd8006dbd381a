"""What a judge reads: a PDF with its own letters, and a page that needs nothing beside it."""

from __future__ import annotations

import re
import sys

import pypdfium2
import pytest

from application.emergency.commands import AddNote
from domain.language import Language
from interfaces.case_file.paper import DocumentsMissing
from tests.interfaces.case_file.lived import AUDITOR, NOTE, OPERATOR, REASON, RECIPIENT, Lived


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return "\n".join(page.get_textpage().get_text_range() for page in document)
    finally:
        document.close()


def test_the_paper_tells_the_case_in_korean(bundle, case: Lived) -> None:
    told = text_of(bundle["timeline.pdf"])
    for part in (
        "사건 경과 기록", str(case.report_id), "강동구", "경찰 처리", REASON, RECIPIENT,
        "긴급신고가 접수되었습니다.", "CCTV 카메라 GD-0417의 영상을 보았습니다.", "KST",
        case.house.signing_keys.current().key_id, AUDITOR.principal.id,
    ):  # fmt: skip
        assert part in told, part
    assert NOTE.split()[0] in told
    assert re.search(r"봉인\(체크포인트\) \d+ · [0-9a-f]{16}", told)
    assert re.search(r"\d\d:\d\d:\d\d\.\d{3}Z", told)


def test_its_letters_are_embedded(bundle) -> None:
    assert b"/FontFile3" in bundle["timeline.pdf"]
    assert len(bundle["timeline.pdf"]) < 200_000


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        (Language.EN, "An operator took the report in hand."),
        (Language.ZH, "值班员接手了报警。"),
        (Language.JA, "管制員が通報を担当しました。"),
    ],
)
def test_it_speaks_the_language_asked_for(case: Lived, language: Language, sentence: str) -> None:
    files = case.export(language=language).files
    assert sentence in text_of(files["timeline.pdf"]).replace("\r\n", " ")
    assert sentence in files["timeline.html"].decode()
    assert f'<html lang="{language}">' in files["timeline.html"].decode()


def test_the_page_needs_nothing_and_runs_nothing(bundle) -> None:
    page = bundle["timeline.html"].decode()
    assert "default-src 'none'" in page
    assert "<script" not in page
    assert not re.search(r"(?:src|href|url)\s*[=(]", page)


def test_what_people_wrote_cannot_become_markup(case: Lived) -> None:
    made = case.export(reason="<img src=x onerror=alert(1)>", language=Language.KO)
    page = made.files["timeline.html"].decode()
    assert "&lt;img src=x" in page
    assert "<img" not in page


def test_a_long_case_breaks_between_steps(case: Lived) -> None:
    for number in range(30):
        note = AddNote(report_id=case.report_id, note=f"{number} " + "자세한 설명 " * 30)
        case.house.emergency_desk.add_note(note, OPERATOR)
    document = pypdfium2.PdfDocument(case.export(language=Language.KO).files["timeline.pdf"])
    pages = len(document)
    last = document[pages - 1].get_textpage().get_text_range()
    document.close()
    assert pages >= 3
    assert f"{pages} / {pages}쪽" in last


def test_a_missing_library_is_named(case: Lived, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "noto_cjk_sans_otc", None)
    with pytest.raises(DocumentsMissing, match="make setup"):
        case.export(language=Language.KO)
