"""Labels of products and lots as PDF (标签): Code 128 for the scanner at hand, QR with everything in it.

One label a page, 62 × 40 mm, as label printers take them."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

from reportlab.graphics import renderPDF
from reportlab.graphics.barcode.code128 import Code128
from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.graphics.shapes import Drawing
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from modules.shared.data.rules.pdf_text import font_of, fonts_ready, wrapped

WIDTH, HEIGHT, EDGE, QR = 62 * mm, 40 * mm, 3 * mm, 17 * mm


@dataclass(frozen=True)
class Label:
    """`title` stands large, `lines` small below it, `code` in both barcodes."""

    title: str
    code: str
    lines: tuple[str, ...] = ()
    payload: str = ""  # of the QR code; empty: the code itself


def labels_pdf(labels: Sequence[Label], title: str) -> bytes:
    """One page for each label."""
    fonts_ready()
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(WIDTH, HEIGHT))
    canvas.setTitle(title)
    for label in labels:
        _draw(canvas, label)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def _draw(canvas: Canvas, label: Label) -> None:
    room = WIDTH - 2 * EDGE - QR - 2 * mm
    y = HEIGHT - EDGE - 9
    for text, size in ((label.title, 9), *((line, 7) for line in label.lines)):
        for part in wrapped(text, size, room, 2 if size == 9 else 1):
            canvas.setFont(font_of(part), size)
            canvas.drawString(EDGE, y, part)
            y -= size + 2
    widget = QrCodeWidget(label.payload or label.code, barLevel="M")
    left, bottom, right, top = widget.getBounds()
    drawing = Drawing(QR, QR, transform=[QR / (right - left), 0, 0, QR / (top - bottom), 0, 0])
    drawing.add(widget)
    renderPDF.draw(drawing, canvas, WIDTH - EDGE - QR, HEIGHT - EDGE - QR)
    _bars(canvas, label.code)


def _bars(canvas: Canvas, code: str) -> None:
    """Code 128 as wide as the label allows; what is no Code 128 (Chinese in a number) is in the QR code only."""
    if code.isascii() and code.isprintable():
        space = WIDTH - 2 * EDGE
        unit = Code128(code, barWidth=1, quiet=False).width
        bars = Code128(code, barHeight=9 * mm, barWidth=min(space / unit, 0.5 * mm), quiet=False)
        bars.drawOn(canvas, (WIDTH - bars.width) / 2, EDGE + 9)
    canvas.setFont(font_of(code), 8)
    canvas.drawCentredString(WIDTH / 2, EDGE, code)
