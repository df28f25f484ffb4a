"""Business documents on A4: a head, whom it is to, facts beside it, and numbered pages. What stands between is the
document's own."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

from reportlab.lib import colors
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Table, TableStyle

from modules.shared.data.rules.pdf_text import LATIN, LATIN_BOLD, font_of, fonts_ready, marked

EDGE = 18 * mm
ROOM = A4[0] - 2 * EDGE
_PADDING = 6  # of a frame, as reportlab makes it
INK, DIM, HAIR = colors.HexColor("#1f2430"), colors.HexColor("#667085"), colors.HexColor("#cfd4dc")
FLUSH = [
    ("LEFTPADDING", (0, 0), (-1, -1), 0), ("RIGHTPADDING", (0, 0), (-1, -1), 0), ("TOPPADDING", (0, 0), (-1, -1), 0),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 0), ("VALIGN", (0, 0), (-1, -1), "TOP"),
]  # fmt: skip
RULED = [
    ("VALIGN", (0, 0), (-1, -1), "TOP"), ("LINEBELOW", (0, 0), (-1, 0), 0.8, INK),
    ("LINEBELOW", (0, 1), (-1, -1), 0.4, HAIR), ("LEFTPADDING", (0, 0), (-1, -1), 3),
    ("RIGHTPADDING", (0, 0), (-1, -1), 3), ("TOPPADDING", (0, 0), (-1, -1), 4), ("BOTTOMPADDING", (0, 0), (-1, -1), 4),
]  # fmt: skip


@dataclass(frozen=True)
class Paper:
    """All words in the reader's language; `page` with {page} and {pages}."""

    company: str
    title: str
    number: str
    page: str
    chinese: bool = False

    def __post_init__(self) -> None:
        fonts_ready()

    def words(
        self, text: str, size: float, *, bold: bool = False, dim: bool = False, right: bool = False
    ) -> Paragraph:  # fmt: skip
        style = ParagraphStyle(
            "text", fontName=LATIN_BOLD if bold else LATIN, fontSize=size, leading=size * 1.35,
            textColor=DIM if dim else INK, alignment=TA_RIGHT if right else 0, wordWrap="CJK" if self.chinese else None,
        )  # fmt: skip
        return Paragraph(marked(text), style)

    def head(self) -> Table:
        titled = [self.words(self.title, 17, bold=True, right=True), self.words(self.number, 11, right=True)]
        return Table(
            [[self.words(self.company, 13, bold=True), titled]], colWidths=[ROOM * 0.55, ROOM * 0.45],
            style=TableStyle([*FLUSH, ("LINEBELOW", (0, 0), (-1, -1), 1, INK), ("BOTTOMPADDING", (0, 0), (-1, -1), 8)]),
        )  # fmt: skip

    def address(self, caption: str, lines: Sequence[str], facts: Sequence[tuple[str, str]]) -> Table:
        """Whom it is to, and beside it what is worth knowing at a glance."""
        name, *rest = lines or ("",)
        left = [self.words(caption, 8, dim=True), self.words(name, 11, bold=True), *(self.words(x, 10) for x in rest)]
        table = Table(
            [[self.words(label, 8, dim=True), self.words(text, 9)] for label, text in facts] or [["", ""]],
            colWidths=[ROOM * 0.18, ROOM * 0.27],
            style=TableStyle([*FLUSH, ("BOTTOMPADDING", (0, 0), (-1, -1), 2)]),
        )
        return Table([[left, table]], colWidths=[ROOM * 0.55, ROOM * 0.45], style=TableStyle(FLUSH))

    def pdf(self, parts: Sequence[Flowable]) -> bytes:
        out = io.BytesIO()
        document = SimpleDocTemplate(
            out, pagesize=A4, leftMargin=EDGE - _PADDING, rightMargin=EDGE - _PADDING, topMargin=EDGE,
            bottomMargin=22 * mm, title=f"{self.title} {self.number}", author=self.company,
        )  # fmt: skip
        document.build(list(parts), canvasmaker=_numbered(self))
        return out.getvalue()


def _numbered(paper: Paper) -> type[Canvas]:
    """How many pages there are is known at the end only: they are kept, and then written with their numbers."""

    class Numbered(Canvas):
        kept: list[dict[str, object]]

        def __init__(self, *values: object, **named: object) -> None:
            super().__init__(*values, **named)
            self.kept = []

        def showPage(self) -> None:
            self.kept.append(dict(self.__dict__))
            self._startPage()

        def save(self) -> None:
            for number, state in enumerate(self.kept, 1):
                self.__dict__.update(state)
                self.setFillColor(DIM)
                for text, at in ((paper.company, EDGE), (paper.page.format(page=number, pages=len(self.kept)), None)):
                    self.setFont(font_of(text), 8)
                    if at is None:
                        self.drawRightString(A4[0] - EDGE, 12 * mm, text)
                    else:
                        self.drawString(at, 12 * mm, f"{text}"[:90])
                super().showPage()
            super().save()

    return Numbered
