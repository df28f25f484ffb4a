"""A wage slip as PDF (工资结算单), A4: every report at the rate of its day, sums by operation, who approved it."""

from __future__ import annotations

import io
from dataclasses import dataclass

from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from modules.production.rules.certificate import DIM, EDGE, HAIR, INK, ROOM
from modules.shared.data.rules.pdf_text import LATIN, LATIN_BOLD, fonts_ready, marked

# Day, order, operation, pieces or hours, rate, amount.
SHARES = (0.13, 0.17, 0.30, 0.14, 0.12, 0.14)
SUMS = (0.60, 0.14, 0.12, 0.14)
FIGURES = 3  # the last columns


@dataclass(frozen=True)
class WagePaper:
    """All words and figures as printed, in the reader's language. `sums`: what, how much, rate, amount; `remark` says
    of a reversal what it takes back."""

    company: str
    title: str
    number: str
    facts: tuple[tuple[str, str], ...]
    heads: tuple[str, ...]
    lines: tuple[tuple[str, ...], ...]
    sums_title: str
    sums: tuple[tuple[str, ...], ...]
    total: tuple[str, str]
    remark: str
    signatures: tuple[str, str]
    chinese: bool = False


def wage_pdf(of: WagePaper) -> bytes:
    fonts_ready()
    out = io.BytesIO()
    document = SimpleDocTemplate(
        out, pagesize=A4, leftMargin=EDGE, rightMargin=EDGE, topMargin=EDGE, bottomMargin=EDGE,
        title=f"{of.title} {of.number}", author=of.company,
    )  # fmt: skip
    document.build(_parts(of))
    return out.getvalue()


def _text(
    of: WagePaper, text: str, size: float, *, bold: bool = False, dim: bool = False, right: bool = False
) -> Paragraph:
    style = ParagraphStyle(
        "text", fontName=LATIN_BOLD if bold else LATIN, fontSize=size, leading=size * 1.35,
        textColor=DIM if dim else INK, alignment=TA_RIGHT if right else 0, wordWrap="CJK" if of.chinese else None,
    )  # fmt: skip
    return Paragraph(marked(text), style)


def _row(of: WagePaper, texts: tuple[str, ...], size: float, *, dim: bool = False) -> list[Paragraph]:
    first = len(texts) - FIGURES
    return [_text(of, text, size, dim=dim, right=index >= first) for index, text in enumerate(texts)]


def _parts(of: WagePaper) -> list[Flowable]:
    flush = [("LEFTPADDING", (0, 0), (-1, -1), 0), ("RIGHTPADDING", (0, 0), (-1, -1), 0)]
    top = ("VALIGN", (0, 0), (-1, -1), "TOP")
    ruled = [top, ("LINEBELOW", (0, 0), (-1, 0), 0.8, INK), ("LINEBELOW", (0, 1), (-1, -1), 0.4, HAIR)]
    narrow = [("LEFTPADDING", (0, 0), (-1, -1), 3), ("RIGHTPADDING", (0, 0), (-1, -1), 3)]
    titled = [_text(of, of.title, 17, bold=True, right=True), _text(of, of.number, 11, right=True)]
    head = Table(
        [[_text(of, of.company, 13, bold=True), titled]], colWidths=[ROOM * 0.5, ROOM * 0.5],
        style=TableStyle(
            [*flush, top, ("LINEBELOW", (0, 0), (-1, -1), 1, INK), ("BOTTOMPADDING", (0, 0), (-1, -1), 8)]
        ),
    )  # fmt: skip
    facts = Table(
        [[_text(of, label, 9, dim=True), _text(of, text, 10)] for label, text in of.facts],
        colWidths=[ROOM * 0.24, ROOM * 0.76],
        style=TableStyle([*flush, top, ("BOTTOMPADDING", (0, 0), (-1, -1), 2)]),
    )  # fmt: skip
    table = Table(
        [_row(of, of.heads, 8, dim=True), *(_row(of, line, 9) for line in of.lines)],
        colWidths=[ROOM * share for share in SHARES], repeatRows=1, style=TableStyle([*ruled, *narrow]),
    )  # fmt: skip
    sums = Table(
        [_row(of, (of.sums_title, *of.heads[-FIGURES:]), 8, dim=True), *(_row(of, line, 9) for line in of.sums)],
        colWidths=[ROOM * share for share in SUMS], style=TableStyle([*ruled, *narrow]),
    )  # fmt: skip
    total = Table(
        [[_text(of, of.total[0], 12, bold=True), _text(of, of.total[1], 12, bold=True, right=True)]],
        colWidths=[ROOM * 0.6, ROOM * 0.4], style=TableStyle([*narrow, ("LINEABOVE", (0, 0), (-1, -1), 1, INK)]),
    )  # fmt: skip
    last: list[Flowable] = [sums, Spacer(1, 2 * mm), total]
    if of.remark:
        last += [Spacer(1, 3 * mm), _text(of, of.remark, 9)]
    signed = Table(
        [[_text(of, of.signatures[0], 8, dim=True), "", _text(of, of.signatures[1], 8, dim=True)]],
        colWidths=[ROOM * 0.46, ROOM * 0.08, ROOM * 0.46],
        style=TableStyle([*flush, ("LINEABOVE", (0, 0), (0, 0), 0.6, DIM), ("LINEABOVE", (2, 0), (2, 0), 0.6, DIM)]),
    )  # fmt: skip
    last += [Spacer(1, 18 * mm), signed]
    return [head, Spacer(1, 8 * mm), facts, Spacer(1, 8 * mm), table, Spacer(1, 8 * mm), KeepTogether(last)]
