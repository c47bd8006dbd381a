"""The timeline on paper: A4, every page with its case, its checkpoint and its number.

Glyphs that are used are embedded, so that the paper looks the same without the font. There is one
weight of it; what should stand out is stroked a little.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from application.errors import ApplicationError
from domain.language import Language

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from fpdf import FPDF
    from fpdf.enums import WrapMode

    from interfaces.case_file.account import Account, Entry

FACES: Final = {Language.JA: 0, Language.KO: 1, Language.ZH: 2, Language.EN: 1}
"""Which face of the collection writes a language's own forms of shared characters."""
HASH_CHARS: Final = 10
SPACELESS: Final = frozenset({Language.JA, Language.ZH})
MARGIN_MM: Final = 16.0
LINE_MM: Final = 4.9
FINE_MM: Final = 4.1
GAP_MM: Final = 2.2
BODY_PT: Final = 9.5
FINE_PT: Final = 7.5
STROKE_MM: Final = 0.1
INK: Final = (28, 32, 36)
SOFT: Final = (90, 100, 112)
RULE: Final = (205, 211, 218)
LABEL_MM: Final = 34.0
WIDTHS_MM: Final = (9.0, 28.0, 19.0, 34.0, 66.0, 22.0)


class DocumentsMissing(ApplicationError):
    """The PDF's library or font is not installed."""

    code = "documents_missing"


class Line(NamedTuple):
    """Text within a cell."""

    text: str
    fine: bool = False
    strong: bool = False


def paper(account: Account, written_at: datetime) -> bytes:
    """The PDF.

    Raises:
        DocumentsMissing: the extra ``documents`` is not installed.
    """
    sheet = _Sheet(account, written_at)
    sheet.heading()
    sheet.entries()
    sheet.closing()
    return sheet.output()


class _Sheet:
    def __init__(self, account: Account, written_at: datetime) -> None:
        self._account = account
        language = Language(account.language)
        self._pdf = _blank(account, language, written_at)
        self._wrap = _wrapping(language)

    def output(self) -> bytes:
        return bytes(self._pdf.output())

    def heading(self) -> None:
        pdf = self._pdf
        with self._strong():
            self._set(18, INK)
            pdf.cell(0, 9, self._account.title, new_x="LMARGIN", new_y="NEXT")
        self._set(BODY_PT, SOFT)
        pdf.cell(0, 6, self._account.subtitle, new_x="LMARGIN", new_y="NEXT")
        pdf.ln(3)
        self._rule(INK)
        pdf.ln(1.5)
        for label, value in self._account.heading:
            self._pair(label, value)
        pdf.ln(1.5)
        self._rule(RULE)
        pdf.ln(4)

    def entries(self) -> None:
        self._columns()
        date = None
        for entry in self._account.entries:
            cells = _cells(entry, new_day=entry.date != date)
            if self._pdf.will_page_break(self._height(cells)):
                self._pdf.add_page()
                self._columns()
            self._row(cells)
            date = entry.date

    def closing(self) -> None:
        pdf = self._pdf
        pdf.ln(5)
        if self._account.actors:
            with self._strong():
                self._set(BODY_PT, INK)
                title = self._account.words["doc.actors"]
                pdf.cell(0, LINE_MM + 1, title, new_x="LMARGIN", new_y="NEXT")
            for label, value in self._account.actors:
                self._pair(label, value)
            pdf.ln(3)
        self._set(FINE_PT, SOFT)
        for note in self._account.notes:
            pdf.multi_cell(0, FINE_MM, note, align="L", new_x="LMARGIN", new_y="NEXT")

    def _columns(self) -> None:
        words = self._account.words
        names = ("number", "time", "elapsed", "who", "what", "hash")
        cells = [[Line(words[f"doc.{name}"], fine=True)] for name in names]
        self._row(cells, INK)

    def _pair(self, label: str, value: str) -> None:
        pdf = self._pdf
        self._set(BODY_PT, SOFT)
        top = pdf.y
        pdf.cell(LABEL_MM, LINE_MM + 0.6, label)
        self._set(BODY_PT, INK)
        pdf.set_xy(pdf.l_margin + LABEL_MM, top)
        pdf.multi_cell(
            0, LINE_MM + 0.6, value, align="L", wrapmode=self._wrap, new_x="LMARGIN", new_y="NEXT"
        )

    def _row(self, cells: Sequence[Sequence[Line]], rule: tuple[int, int, int] = RULE) -> None:
        pdf = self._pdf
        top, left, lowest = pdf.y, pdf.l_margin, pdf.y
        for width, lines in zip(WIDTHS_MM, cells, strict=True):
            pdf.set_xy(left, top)
            for line in lines:
                self._write(line, width - GAP_MM, left)
            lowest = max(lowest, pdf.y)
            left += width
        pdf.set_xy(pdf.l_margin, lowest + GAP_MM / 2)
        self._rule(rule)
        pdf.ln(GAP_MM / 2)

    def _write(self, line: Line, width: float, left: float) -> None:
        pdf = self._pdf
        pdf.set_x(left)
        self._set(FINE_PT if line.fine else BODY_PT, SOFT if line.fine else INK)
        height = FINE_MM if line.fine else LINE_MM
        with self._strong(line.strong):
            pdf.multi_cell(
                width, height, line.text, align="L", wrapmode=self._wrap, padding=0,
                new_x="LEFT", new_y="NEXT",
            )  # fmt: skip

    def _height(self, cells: Sequence[Sequence[Line]]) -> float:
        tallest = 0.0
        for width, lines in zip(WIDTHS_MM, cells, strict=True):
            height = 0.0
            for line in lines:
                self._set(FINE_PT if line.fine else BODY_PT, INK)
                rows: Any = self._pdf.multi_cell(
                    width - GAP_MM, LINE_MM, line.text, align="L", wrapmode=self._wrap,
                    dry_run=True, output="LINES",
                )  # fmt: skip
                height += len(rows) * (FINE_MM if line.fine else LINE_MM)
            tallest = max(tallest, height)
        return tallest + GAP_MM

    def _set(self, points: float, colour: tuple[int, int, int]) -> None:
        self._pdf.set_font("case", size=points)
        self._pdf.set_text_color(*colour)

    def _rule(self, colour: tuple[int, int, int]) -> None:
        pdf = self._pdf
        pdf.set_draw_color(*colour)
        pdf.set_line_width(0.25)
        pdf.line(pdf.l_margin, pdf.y, pdf.w - pdf.r_margin, pdf.y)

    @contextmanager
    def _strong(self, strong: bool = True) -> Iterator[None]:  # noqa: FBT001, FBT002
        if not strong:
            yield
            return
        with self._pdf.local_context(text_mode="FILL_STROKE", line_width=STROKE_MM, draw_color=INK):
            yield


def _cells(entry: Entry, *, new_day: bool) -> list[list[Line]]:
    day = [Line(entry.date, fine=True)] if new_day else []
    details = [Line(f"{label}: {value}", fine=True) for label, value in entry.details]
    return [
        [Line(f"{entry.number}")],
        [*day, Line(entry.seoul, strong=True), Line(entry.utc, fine=True)],
        [Line(entry.elapsed, fine=True)],
        [Line(entry.who)],
        [Line(entry.what), *details],
        [Line(f"{entry.position}", fine=True), Line(entry.hash[:HASH_CHARS], fine=True)],
    ]


def _wrapping(language: Language) -> WrapMode:
    from fpdf.enums import WrapMode

    return WrapMode.CHAR if language in SPACELESS else WrapMode.WORD


def _blank(account: Account, language: Language, written_at: datetime) -> FPDF:
    try:
        from fpdf import FPDF
        from noto_cjk_sans_otc import FONT_PATH
    except ImportError as error:
        raise DocumentsMissing(
            f"timeline.pdf cannot be written, {error.name} is not installed: "
            "run `make setup`, or install ansim-dispatch[documents]"
        ) from error

    class Paper(FPDF):
        def footer(self) -> None:
            self.set_y(-12)
            self.set_font("case", size=FINE_PT)
            self.set_text_color(*SOFT)
            self.cell(0, FINE_MM, account.proof)
            page = account.words["doc.page"].format(page=self.page_no(), pages="{nb}")
            self.set_x(self.l_margin)
            self.cell(0, FINE_MM, page, align="R")

    pdf = Paper(format="A4")
    pdf.add_font("case", fname=str(FONT_PATH), collection_font_number=FACES[language])
    pdf.set_margins(MARGIN_MM, MARGIN_MM)
    pdf.c_margin = 0
    pdf.set_auto_page_break(auto=True, margin=MARGIN_MM)
    pdf.set_title(account.title)
    pdf.set_lang(language)
    pdf.set_creator("Ansim Dispatch")
    pdf.set_creation_date(written_at)
    pdf.add_page()
    return pdf
