"""What goes to a customer about its account, as PDF, A4: a head, tables, closing words."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field

from reportlab.lib import colors
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from modules.shared.data.rules.pdf_text import LATIN, LATIN_BOLD, fonts_ready, marked

EDGE = 16 * mm
ROOM = A4[0] - 2 * EDGE
INK, HAIR, SHADE = colors.HexColor("#1f2430"), colors.HexColor("#cfd4dc"), colors.HexColor("#f2f4f7")


@dataclass(frozen=True)
class PaperTable:
    """`widths` are shares of the page's width; `right` the columns of amounts, `strong` the rows in bold."""

    title: str
    heads: tuple[str, ...]
    widths: tuple[float, ...]
    rows: Sequence[tuple[str, ...]]
    right: frozenset[int] = frozenset()
    strong: frozenset[int] = frozenset()


@dataclass(frozen=True)
class CollectionPaper:
    """All texts as printed, in the reader's language. `facts` are (name, value) of the head."""

    company: str
    title: str
    addressee: tuple[str, ...]
    facts: Sequence[tuple[str, str]]
    opening: Sequence[str]
    tables: Sequence[PaperTable]
    closing: Sequence[str] = field(default_factory=tuple)
    chinese: bool = False


def collection_pdf(paper: CollectionPaper) -> bytes:
    fonts_ready()
    out = io.BytesIO()
    document = SimpleDocTemplate(
        out, pagesize=A4, leftMargin=EDGE, rightMargin=EDGE, topMargin=16 * mm, bottomMargin=16 * mm,
        title=paper.title, author=paper.company,
    )  # fmt: skip
    head = Table(
        [
            [
                [_text(paper, line, 10, bold=n == 0) for n, line in enumerate(paper.addressee)],
                [_text(paper, f"{name}: {value}", 9, right=True) for name, value in paper.facts],
            ]
        ],
        colWidths=[ROOM * 0.55, ROOM * 0.45],
        style=TableStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), ("LEFTPADDING", (0, 0), (0, 0), 0),
                          ("RIGHTPADDING", (-1, 0), (-1, 0), 0)]),
    )  # fmt: skip
    story: list[Flowable] = [
        _text(paper, paper.company, 10), Spacer(1, 3 * mm), _text(paper, paper.title, 16, bold=True),
        Spacer(1, 5 * mm), head, Spacer(1, 5 * mm),
    ]  # fmt: skip
    for line in paper.opening:
        story += [_text(paper, line, 9.5), Spacer(1, 2 * mm)]
    for table in paper.tables:
        story += [Spacer(1, 2 * mm), _text(paper, table.title, 10, bold=True), Spacer(1, 1.5 * mm),
                  _table(paper, table), Spacer(1, 3 * mm)]  # fmt: skip
    if paper.closing:
        parts: list[Flowable] = []
        for line in paper.closing:
            parts += [_text(paper, line, 9.5), Spacer(1, 2.5 * mm)]
        story.append(KeepTogether(parts))
    document.build(story)
    return out.getvalue()


def _text(paper: CollectionPaper, text: str, size: float, *, bold: bool = False, right: bool = False) -> Paragraph:
    style = ParagraphStyle(
        "text", fontName=LATIN_BOLD if bold else LATIN, fontSize=size, leading=size * 1.35, textColor=INK,
        alignment=TA_RIGHT if right else 0, wordWrap="CJK" if paper.chinese else None,
    )  # fmt: skip
    return Paragraph(marked(text), style)


def _table(paper: CollectionPaper, table: PaperTable) -> Table:
    whole = sum(table.widths)
    widths = [ROOM * w / whole for w in table.widths]
    heads = [_text(paper, h, 8, bold=True, right=n in table.right) for n, h in enumerate(table.heads)]
    body = [
        [_text(paper, cell, 8, bold=n in table.strong, right=c in table.right) for c, cell in enumerate(row)]
        for n, row in enumerate(table.rows)
    ]
    style: list[tuple[object, ...]] = [
        ("LINEBELOW", (0, 0), (-1, -1), 0.4, HAIR), ("BACKGROUND", (0, 0), (-1, 0), SHADE),
        ("TOPPADDING", (0, 0), (-1, -1), 2), ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
    ]  # fmt: skip
    return Table([heads, *body], colWidths=widths, repeatRows=1, style=TableStyle(style))
