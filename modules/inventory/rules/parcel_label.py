"""Labels of parcels as PDF (包裹标签), 100 × 150 mm: from whom, to whom, which parcel of how many, and the number that
carriers scan as Code 128."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

from reportlab.graphics.barcode.code128 import Code128
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from modules.shared.data.rules.pdf_text import font_of, fonts_ready, wrapped

WIDTH, HEIGHT, EDGE = 100 * mm, 150 * mm, 6 * mm
ROOM = WIDTH - 2 * EDGE


@dataclass(frozen=True)
class ParcelLabel:
    """`sender` and `to` with their captions; `count` says which of how many; `facts` are (caption, text); `code` is
    what the bars say, `caption` what it is."""

    sender: tuple[str, str]
    to: tuple[str, tuple[str, ...]]
    count: str
    facts: tuple[tuple[str, str], ...]
    code: str
    caption: str


def parcel_labels_pdf(labels: Sequence[ParcelLabel], title: str) -> bytes:
    """One page for each parcel."""
    fonts_ready()
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(WIDTH, HEIGHT))
    canvas.setTitle(title)
    for label in labels:
        _draw(canvas, label)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _draw(canvas: Canvas, label: ParcelLabel) -> None:
    y = HEIGHT - EDGE
    y = _block(canvas, y, label.sender[0], (label.sender[1],), 10, most=2)
    y = _rule(canvas, y)
    name, *address = label.to[1] or ("",)
    y = _block(canvas, y, label.to[0], (name,), 18, most=2, bold=True)
    y = _lines(canvas, y, address, 14, most=2)
    _rule(canvas, 64 * mm)
    _facts(canvas, label)
    _rule(canvas, 40 * mm)
    _bars(canvas, label)


def _block(
    canvas: Canvas, y: float, caption: str, lines: Sequence[str], size: float, *, most: int, bold: bool = False
) -> float:
    _text(canvas, EDGE, y - 7, caption, 7, grey=True)
    return _lines(canvas, y - 10, lines, size, most=most, bold=bold)


def _lines(canvas: Canvas, y: float, lines: Sequence[str], size: float, *, most: int, bold: bool = False) -> float:
    for line in lines:
        for part in wrapped(line, size, ROOM, most, bold=bold):
            y -= size + 2
            _text(canvas, EDGE, y, part, size, bold=bold)
    return y - 7


def _facts(canvas: Canvas, label: ParcelLabel) -> None:
    _text(canvas, EDGE, 48.5 * mm, label.count, 26, bold=True)
    y = 59 * mm
    for caption, text in label.facts:
        _text(canvas, 42 * mm, y, caption, 7, grey=True)
        for part in wrapped(text, 9, 34 * mm, 1):
            _text(canvas, 62 * mm, y, part, 9)
        y -= 13


def _bars(canvas: Canvas, label: ParcelLabel) -> None:
    """As wide as the label allows; what is no Code 128 is only written."""
    if label.code.isascii() and label.code.isprintable():
        unit = Code128(label.code, barWidth=1, quiet=False).width
        bars = Code128(label.code, barHeight=21 * mm, barWidth=min(ROOM / unit, 0.6 * mm), quiet=False)
        bars.drawOn(canvas, (WIDTH - bars.width) / 2, 14 * mm)
    canvas.setFont(font_of(label.code), 11)
    canvas.drawCentredString(WIDTH / 2, 8.5 * mm, label.code)
    canvas.setFont(font_of(label.caption), 7)
    canvas.drawCentredString(WIDTH / 2, 4.5 * mm, label.caption)


def _rule(canvas: Canvas, y: float) -> float:
    canvas.setLineWidth(0.8)
    canvas.line(EDGE, y, WIDTH - EDGE, y)
    return y - 6


def _text(
    canvas: Canvas, x: float, y: float, text: str, size: float, *, bold: bool = False, grey: bool = False
) -> None:
    canvas.setFillGray(0.35 if grey else 0)
    canvas.setFont(font_of(text, bold=bold), size)
    canvas.drawString(x, y, text)
    canvas.setFillGray(0)
