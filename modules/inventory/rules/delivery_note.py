"""The delivery note as PDF (送货单), A4: what comes, what is still to come, and what lies in which parcel."""

from __future__ import annotations

import io
from dataclasses import dataclass

from reportlab.lib import colors
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, KeepTogether, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from modules.shared.data.rules.pdf_text import LATIN, LATIN_BOLD, font_of, fonts_ready, marked

EDGE = 18 * mm
ROOM = A4[0] - 2 * EDGE
PADDING = 6  # of a frame, as reportlab makes it
INK, DIM, HAIR = colors.HexColor("#1f2430"), colors.HexColor("#667085"), colors.HexColor("#cfd4dc")


@dataclass(frozen=True)
class NoteLine:
    """Texts as printed; `below` stands small under the product: its lots; `second` under the quantity: what it
    weighs."""

    position: str
    code: str
    name: str
    ordered: str
    quantity: str
    open: str
    unit: str
    below: str = ""
    second: str = ""


@dataclass(frozen=True)
class NoteParcel:
    title: str
    facts: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Note:
    """All words are in the reader's language. `heads` are those of the columns of `lines`."""

    company: str
    title: str
    number: str
    to: tuple[str, tuple[str, ...]]
    facts: tuple[tuple[str, str], ...]
    heads: tuple[str, str, str, str, str, str, str]
    lines: tuple[NoteLine, ...]
    parcels: tuple[str, tuple[NoteParcel, ...]]
    remark: str
    signatures: tuple[str, str]
    page: str  # with {page} and {pages}
    chinese: bool = False


def delivery_note_pdf(note: Note) -> bytes:
    fonts_ready()
    out = io.BytesIO()
    document = SimpleDocTemplate(
        out, pagesize=A4, leftMargin=EDGE - PADDING, rightMargin=EDGE - PADDING, topMargin=EDGE, bottomMargin=22 * mm,
        title=f"{note.title} {note.number}", author=note.company,
    )  # fmt: skip
    parts: list[Flowable] = [_head(note), Spacer(1, 8 * mm), _address(note), Spacer(1, 8 * mm), _goods(note)]
    if note.parcels[1]:
        parts += [Spacer(1, 7 * mm), _paragraph(note, note.parcels[0], 10, bold=True), Spacer(1, 2 * mm)]
        parts += [_parcel(note, parcel) for parcel in note.parcels[1]]
    if note.remark:
        parts += [Spacer(1, 6 * mm), _paragraph(note, note.remark, 9)]
    parts += [Spacer(1, 16 * mm), _signatures(note)]
    document.build(parts, canvasmaker=_numbered(note))
    return out.getvalue()


def _style(note: Note, size: float, *, bold: bool = False, dim: bool = False, right: bool = False) -> ParagraphStyle:
    return ParagraphStyle(
        "text", fontName=LATIN_BOLD if bold else LATIN, fontSize=size, leading=size * 1.35,
        textColor=DIM if dim else INK, alignment=TA_RIGHT if right else 0, wordWrap="CJK" if note.chinese else None,
    )  # fmt: skip


def _paragraph(
    note: Note, text: str, size: float, *, bold: bool = False, dim: bool = False, right: bool = False
) -> Paragraph:
    style = _style(note, size, bold=bold, dim=dim, right=right)
    return Paragraph(marked(text), style)


def _head(note: Note) -> Table:
    titled = [_paragraph(note, note.title, 17, bold=True, right=True), _paragraph(note, note.number, 11, right=True)]
    return Table(
        [[_paragraph(note, note.company, 13, bold=True), titled]], colWidths=[ROOM * 0.55, ROOM * 0.45],
        style=TableStyle([*_FLUSH, ("LINEBELOW", (0, 0), (-1, -1), 1, INK), ("BOTTOMPADDING", (0, 0), (-1, -1), 8)]),
    )  # fmt: skip


def _address(note: Note) -> Table:
    caption, lines = note.to
    name, *address = lines or ("",)
    left = [
        _paragraph(note, caption, 8, dim=True), _paragraph(note, name, 11, bold=True),
        *(_paragraph(note, line, 10) for line in address),
    ]  # fmt: skip
    facts = Table(
        [[_paragraph(note, label, 8, dim=True), _paragraph(note, text, 9)] for label, text in note.facts],
        colWidths=[ROOM * 0.18, ROOM * 0.27],
        style=TableStyle([*_FLUSH, ("BOTTOMPADDING", (0, 0), (-1, -1), 2)]),
    )
    return Table([[left, facts]], colWidths=[ROOM * 0.55, ROOM * 0.45], style=TableStyle(_FLUSH))


def _goods(note: Note) -> Table:
    right = {3, 4, 5}
    rows = [[_paragraph(note, x, 8, dim=True, right=at in right) for at, x in enumerate(note.heads)]]
    for line in note.lines:
        name = [_paragraph(note, line.name, 9)]
        if line.below:
            name.append(_paragraph(note, line.below, 8, dim=True))
        quantity = [_paragraph(note, line.quantity, 9, bold=True, right=True)]
        if line.second:
            quantity.append(_paragraph(note, line.second, 8, bold=True, right=True))
        rows.append(
            [
                _paragraph(note, line.position, 9), _paragraph(note, line.code, 9), name,
                _paragraph(note, line.ordered, 9, right=True),
                quantity,
                _paragraph(note, line.open, 9, right=True), _paragraph(note, line.unit, 9),
            ]
        )  # fmt: skip
    shares = (0.05, 0.17, 0.33, 0.11, 0.12, 0.12, 0.10)
    return Table(
        rows, colWidths=[ROOM * share for share in shares], repeatRows=1,
        style=TableStyle(
            [
                ("VALIGN", (0, 0), (-1, -1), "TOP"), ("LINEBELOW", (0, 0), (-1, 0), 0.8, INK),
                ("LINEBELOW", (0, 1), (-1, -1), 0.4, HAIR), ("LEFTPADDING", (0, 0), (-1, -1), 3),
                ("RIGHTPADDING", (0, 0), (-1, -1), 3), ("TOPPADDING", (0, 0), (-1, -1), 4),
                ("BOTTOMPADDING", (0, 0), (-1, -1), 4),
            ]
        ),
    )  # fmt: skip


def _parcel(note: Note, parcel: NoteParcel) -> KeepTogether:
    rows: list[Flowable] = [_paragraph(note, parcel.title, 9, bold=True)]
    if parcel.facts:
        rows.append(_paragraph(note, parcel.facts, 8, dim=True))
    rows += [_paragraph(note, line, 9) for line in parcel.lines]
    return KeepTogether([*rows, Spacer(1, 3 * mm)])


def _signatures(note: Note) -> KeepTogether:
    cells = [[_paragraph(note, words, 8, dim=True) for words in note.signatures]]
    style = TableStyle([*_FLUSH, ("LINEABOVE", (0, 0), (0, 0), 0.6, DIM), ("LINEABOVE", (2, 0), (2, 0), 0.6, DIM)])
    cells[0].insert(1, _paragraph(note, "", 8))
    return KeepTogether([Table(cells, colWidths=[ROOM * 0.55, ROOM * 0.05, ROOM * 0.40], style=style)])


_FLUSH = [
    ("LEFTPADDING", (0, 0), (-1, -1), 0), ("RIGHTPADDING", (0, 0), (-1, -1), 0), ("TOPPADDING", (0, 0), (-1, -1), 0),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 0), ("VALIGN", (0, 0), (-1, -1), "TOP"),
]  # fmt: skip


def _numbered(note: Note) -> type[Canvas]:
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
                for text, at in ((note.company, EDGE), (note.page.format(page=number, pages=len(self.kept)), None)):
                    self.setFont(font_of(text), 8)
                    if at is None:
                        self.drawRightString(A4[0] - EDGE, 12 * mm, text)
                    else:
                        self.drawString(at, 12 * mm, f"{text}"[:90])
                super().showPage()
            super().save()

    return Numbered
