"""The certificate of an inspection as PDF (质检报告), A4: what was looked at, the limits, what was found, verdict."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

from reportlab.lib import colors
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import (
    Flowable,
    KeepTogether,
    PageBreak,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    Table,
    TableStyle,
)

from modules.shared.data.rules.pdf_text import LATIN, LATIN_BOLD, fonts_ready, marked

EDGE = 18 * mm
ROOM = A4[0] - 2 * EDGE
INK, DIM, HAIR = colors.HexColor("#1f2430"), colors.HexColor("#667085"), colors.HexColor("#cfd4dc")
SHARES = (0.28, 0.22, 0.36, 0.14)


@dataclass(frozen=True)
class Line:
    """One characteristic, texts as printed."""

    name: str
    limits: str
    found: str
    verdict: str
    good: bool


@dataclass(frozen=True)
class Certificate:
    """All words are in the reader's language; `heads` are those of the columns of `lines`."""

    company: str
    title: str
    number: str
    facts: tuple[tuple[str, str], ...]
    heads: tuple[str, str, str, str]
    lines: tuple[Line, ...]
    verdict: tuple[str, str]
    remark: str
    signatures: tuple[str, str]
    chinese: bool = False


def certificates_pdf(certificates: Sequence[Certificate]) -> bytes:
    """One after the other, each on a page of its own."""
    fonts_ready()
    out = io.BytesIO()
    first = certificates[0]
    document = SimpleDocTemplate(
        out, pagesize=A4, leftMargin=EDGE, rightMargin=EDGE, topMargin=EDGE, bottomMargin=EDGE,
        title=f"{first.title} {first.number}", author=first.company,
    )  # fmt: skip
    parts: list[Flowable] = []
    for certificate in certificates:
        parts += [PageBreak()] if parts else []
        parts += _parts(certificate)
    document.build(parts)
    return out.getvalue()


def _text(
    of: Certificate, text: str, size: float, *, bold: bool = False, dim: bool = False, right: bool = False
) -> Paragraph:
    style = ParagraphStyle(
        "text", fontName=LATIN_BOLD if bold else LATIN, fontSize=size, leading=size * 1.35,
        textColor=DIM if dim else INK, alignment=TA_RIGHT if right else 0, wordWrap="CJK" if of.chinese else None,
    )  # fmt: skip
    return Paragraph(marked(text), style)


def _parts(of: Certificate) -> list[Flowable]:
    flush = [
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("RIGHTPADDING", (0, 0), (-1, -1), 0),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ]
    titled = [_text(of, of.title, 17, bold=True, right=True), _text(of, of.number, 11, right=True)]
    head = Table(
        [[_text(of, of.company, 13, bold=True), titled]], colWidths=[ROOM * 0.5, ROOM * 0.5],
        style=TableStyle([*flush, ("LINEBELOW", (0, 0), (-1, -1), 1, INK), ("BOTTOMPADDING", (0, 0), (-1, -1), 8)]),
    )  # fmt: skip
    facts = Table(
        [[_text(of, label, 9, dim=True), _text(of, text, 10)] for label, text in of.facts],
        colWidths=[ROOM * 0.24, ROOM * 0.76], style=TableStyle([*flush, ("BOTTOMPADDING", (0, 0), (-1, -1), 2)]),
    )  # fmt: skip
    rows = [[_text(of, words, 8, dim=True) for words in of.heads]]
    rows += [
        [
            _text(of, x.name, 10), _text(of, x.limits, 9), _text(of, x.found, 9),
            _text(of, x.verdict, 10, bold=not x.good),
        ]
        for x in of.lines
    ]  # fmt: skip
    table = Table(
        rows, colWidths=[ROOM * share for share in SHARES], repeatRows=1,
        style=TableStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "TOP"), ("LINEBELOW", (0, 0), (-1, 0), 0.8, INK),
                ("LINEBELOW", (0, 1), (-1, -1), 0.4, HAIR), ("LEFTPADDING", (0, 0), (-1, -1), 3),
                ("RIGHTPADDING", (0, 0), (-1, -1), 3),
            ]
        ),
    )  # fmt: skip
    last: list[Flowable] = [_text(of, f"{of.verdict[0]}: {of.verdict[1]}", 12, bold=True)]
    if of.remark:
        last += [Spacer(1, 3 * mm), _text(of, of.remark, 9)]
    signed = Table(
        [[_text(of, of.signatures[0], 8, dim=True), "", _text(of, of.signatures[1], 8, dim=True)]],
        colWidths=[ROOM * 0.5, ROOM * 0.08, ROOM * 0.42],
        style=TableStyle([*flush, ("LINEABOVE", (0, 0), (0, 0), 0.6, DIM), ("LINEABOVE", (2, 0), (2, 0), 0.6, DIM)]),
    )  # fmt: skip
    last += [Spacer(1, 18 * mm), signed]
    return [head, Spacer(1, 8 * mm), facts, Spacer(1, 8 * mm), table, Spacer(1, 8 * mm), KeepTogether(last)]
