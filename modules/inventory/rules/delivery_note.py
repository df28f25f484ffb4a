"""The delivery note as PDF (送货单), A4: what comes, what is still to come, and what lies in which parcel."""

from __future__ import annotations

from dataclasses import dataclass

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepTogether, Spacer, Table, TableStyle

from modules.shared.data.rules.paper import DIM, FLUSH, ROOM, RULED, Paper


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
    paper = Paper(note.company, note.title, note.number, note.page, note.chinese)
    parts: list[Flowable] = [
        paper.head(), Spacer(1, 8 * mm), paper.address(*note.to, note.facts), Spacer(1, 8 * mm), _goods(note, paper),
    ]  # fmt: skip
    if note.parcels[1]:
        parts += [Spacer(1, 7 * mm), paper.words(note.parcels[0], 10, bold=True), Spacer(1, 2 * mm)]
        parts += [_parcel(paper, parcel) for parcel in note.parcels[1]]
    if note.remark:
        parts += [Spacer(1, 6 * mm), paper.words(note.remark, 9)]
    parts += [Spacer(1, 16 * mm), _signatures(note, paper)]
    return paper.pdf(parts)


def _goods(note: Note, paper: Paper) -> Table:
    right = {3, 4, 5}
    rows = [[paper.words(x, 8, dim=True, right=at in right) for at, x in enumerate(note.heads)]]
    for line in note.lines:
        name = [paper.words(line.name, 9)]
        if line.below:
            name.append(paper.words(line.below, 8, dim=True))
        quantity = [paper.words(line.quantity, 9, bold=True, right=True)]
        if line.second:
            quantity.append(paper.words(line.second, 8, bold=True, right=True))
        rows.append(
            [
                paper.words(line.position, 9), paper.words(line.code, 9), name,
                paper.words(line.ordered, 9, right=True),
                quantity,
                paper.words(line.open, 9, right=True), paper.words(line.unit, 9),
            ]
        )  # fmt: skip
    shares = (0.05, 0.17, 0.33, 0.11, 0.12, 0.12, 0.10)
    return Table(
        rows, colWidths=[ROOM * share for share in shares], repeatRows=1,
        style=TableStyle(RULED),
    )  # fmt: skip


def _parcel(paper: Paper, parcel: NoteParcel) -> KeepTogether:
    rows: list[Flowable] = [paper.words(parcel.title, 9, bold=True)]
    if parcel.facts:
        rows.append(paper.words(parcel.facts, 8, dim=True))
    rows += [paper.words(line, 9) for line in parcel.lines]
    return KeepTogether([*rows, Spacer(1, 3 * mm)])


def _signatures(note: Note, paper: Paper) -> KeepTogether:
    cells = [[paper.words(words, 8, dim=True) for words in note.signatures]]
    style = TableStyle([*FLUSH, ("LINEABOVE", (0, 0), (0, 0), 0.6, DIM), ("LINEABOVE", (2, 0), (2, 0), 0.6, DIM)])
    cells[0].insert(1, paper.words("", 8))
    return KeepTogether([Table(cells, colWidths=[ROOM * 0.55, ROOM * 0.05, ROOM * 0.40], style=style)])
