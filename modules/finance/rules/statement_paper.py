"""A financial statement as PDF, A4: what is printed, signed and filed."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER, TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from modules.shared.data.rules.pdf_text import LATIN, LATIN_BOLD, fonts_ready, marked

EDGE = 16 * mm
ROOM = A4[0] - 2 * EDGE
INK, HAIR, SHADE = colors.HexColor("#1f2430"), colors.HexColor("#cfd4dc"), colors.HexColor("#f2f4f7")


@dataclass(frozen=True)
class PaperRow:
    label: str
    line: str
    amounts: tuple[str, ...]
    strong: bool = False
    indent: int = 0


@dataclass(frozen=True)
class StatementPaper:
    """All texts as printed, in the reader's language."""

    company: str
    title: str
    form: str  # 会小企01 and so on; empty for others
    days: str
    unit: str
    heads: tuple[str, ...]  # of the label, the line number, and each column
    rows: Sequence[PaperRow]
    chinese: bool


def statement_pdf(paper: StatementPaper) -> bytes:
    fonts_ready()
    out = io.BytesIO()
    document = SimpleDocTemplate(
        out, pagesize=A4, leftMargin=EDGE, rightMargin=EDGE, topMargin=14 * mm, bottomMargin=14 * mm,
        title=f"{paper.title} {paper.days}", author=paper.company,
    )  # fmt: skip
    head = Table(
        [
            [_text(paper, paper.form, 8), _text(paper, "", 8), _text(paper, "", 8)],
            [
                _text(paper, paper.company, 9),
                _text(paper, paper.days, 9, align=TA_CENTER),
                _text(paper, paper.unit, 9, align=TA_RIGHT),
            ],
        ],
        colWidths=[ROOM * 0.42, ROOM * 0.33, ROOM * 0.25],
    )
    title = _text(paper, paper.title, 16, bold=True, align=TA_CENTER)
    document.build([title, Spacer(1, 4 * mm), head, Spacer(1, 2 * mm), _table(paper)])
    return out.getvalue()


def _text(paper: StatementPaper, text: str, size: float, *, bold: bool = False, align: int = 0) -> Paragraph:
    style = ParagraphStyle(
        "text", fontName=LATIN_BOLD if bold else LATIN, fontSize=size, leading=size * 1.3, textColor=INK,
        alignment=align, wordWrap="CJK" if paper.chinese else None,
    )  # fmt: skip
    return Paragraph(marked(text), style)


def _table(paper: StatementPaper) -> Table:
    columns = len(paper.heads) - 2
    widths = [ROOM - 12 * mm - columns * 30 * mm, 12 * mm, *[30 * mm] * columns]
    if columns > 3:
        widths = [ROOM - 10 * mm - columns * 25 * mm, 10 * mm, *[25 * mm] * columns]
    size = 8 if len(paper.rows) < 45 else 7
    heads = [_text(paper, h, size, bold=True, align=0 if n == 0 else TA_CENTER) for n, h in enumerate(paper.heads)]
    body = [
        [
            _text(paper, row.label, size, bold=row.strong),
            _text(paper, row.line, size, align=TA_CENTER),
            *(_text(paper, a, size, bold=row.strong, align=TA_RIGHT) for a in row.amounts),
        ]
        for row in paper.rows
    ]
    style: list[tuple[object, ...]] = [
        ("GRID", (0, 0), (-1, -1), 0.4, HAIR), ("BACKGROUND", (0, 0), (-1, 0), SHADE),
        ("TOPPADDING", (0, 0), (-1, -1), 1.6), ("BOTTOMPADDING", (0, 0), (-1, -1), 1.6),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
    ]  # fmt: skip
    style += [("LEFTPADDING", (0, n), (0, n), 6 + 9 * row.indent) for n, row in enumerate(paper.rows, 1)]
    return Table([heads, *body], colWidths=widths, repeatRows=1, style=TableStyle(style))
