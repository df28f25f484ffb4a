"""The quote as PDF (报价单), A4: what is offered, by when, for how much, what else there is, and who signs."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass

from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.platypus import Flowable, Image, KeepTogether, Spacer, Table, TableStyle

from modules.shared.data.rules.paper import DIM, FLUSH, INK, ROOM, RULED, Paper

SHARES = (0.05, 0.37, 0.14, 0.13, 0.07, 0.11, 0.13)


@dataclass(frozen=True)
class OfferLine:
    """Texts as printed; `below` stands small under the name."""

    position: str
    name: str
    below: str
    quantity: str
    price: str
    discount: str
    ships: str
    amount: str


@dataclass(frozen=True)
class Offer:
    """All words are in the reader's language. `heads` are those of the columns; `options` stand apart: they are in no
    total. `signature`: a PNG in base64, or empty; `signatures`: what stands under the two lines."""

    company: str
    title: str
    number: str
    page: str
    chinese: bool
    to: tuple[str, tuple[str, ...]]
    facts: tuple[tuple[str, str], ...]
    heads: tuple[str, str, str, str, str, str, str]
    lines: tuple[OfferLine, ...]
    options: tuple[str, tuple[OfferLine, ...]]
    sums: tuple[tuple[str, str], ...]  # the last one is what it comes to
    terms: tuple[str, ...]
    signatures: tuple[str, str]
    signature: str = ""
    signed: str = ""


def quote_pdf(offer: Offer) -> bytes:
    paper = Paper(offer.company, offer.title, offer.number, offer.page, offer.chinese)
    parts: list[Flowable] = [
        paper.head(), Spacer(1, 8 * mm), paper.address(*offer.to, offer.facts), Spacer(1, 8 * mm),
        _table(paper, offer.heads, offer.lines), Spacer(1, 3 * mm), _sums(paper, offer.sums),
    ]  # fmt: skip
    caption, options = offer.options
    if options:
        parts += [Spacer(1, 6 * mm), paper.words(caption, 10, bold=True), Spacer(1, 2 * mm)]
        parts.append(_table(paper, offer.heads, options))
    if offer.terms:
        parts.append(Spacer(1, 7 * mm))
        parts += [flowable for text in offer.terms for flowable in (paper.words(text, 9), Spacer(1, 1.5 * mm))]
    parts += [Spacer(1, 10 * mm), _signatures(paper, offer)]
    return paper.pdf(parts)


def _table(paper: Paper, heads: tuple[str, ...], lines: tuple[OfferLine, ...]) -> Table:
    rows = [[paper.words(x, 8, dim=True, right=at in (2, 3, 4, 6)) for at, x in enumerate(heads)]]
    for line in lines:
        name = [paper.words(line.name, 9)]
        if line.below:
            name.append(paper.words(line.below, 8, dim=True))
        rows.append(
            [
                paper.words(line.position, 9), name, paper.words(line.quantity, 9, right=True),
                paper.words(line.price, 9, right=True), paper.words(line.discount, 9, right=True),
                paper.words(line.ships, 9), paper.words(line.amount, 9, bold=True, right=True),
            ]
        )  # fmt: skip
    return Table(rows, colWidths=[ROOM * share for share in SHARES], repeatRows=1, style=TableStyle(RULED))


def _sums(paper: Paper, sums: tuple[tuple[str, str], ...]) -> KeepTogether:
    last = len(sums) - 1
    rows = [
        [
            "", paper.words(label, 10 if at == last else 9, bold=at == last, dim=at != last, right=True),
            paper.words(amount, 10 if at == last else 9, bold=at == last, right=True),
        ]
        for at, (label, amount) in enumerate(sums)
    ]  # fmt: skip
    style = [*FLUSH, ("RIGHTPADDING", (0, 0), (-1, -1), 3), ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
             ("LINEABOVE", (1, last), (-1, last), 0.8, INK), ("TOPPADDING", (0, last), (-1, last), 4)]  # fmt: skip
    return KeepTogether([Table(rows, colWidths=[ROOM * 0.5, ROOM * 0.28, ROOM * 0.22], style=TableStyle(style))])


def _signatures(paper: Paper, offer: Offer) -> KeepTogether:
    theirs: list[Flowable] = [Spacer(1, 18 * mm)]
    if offer.signature:
        picture = io.BytesIO(base64.b64decode(offer.signature))
        width, height = ImageReader(picture).getSize()
        scale = min(60 * mm / width, 17 * mm / height)
        theirs = [Image(io.BytesIO(picture.getvalue()), width * scale, height * scale, mask="auto", hAlign="LEFT")]
    ours, signs = offer.signatures
    below: list[Flowable] = [paper.words(signs, 8, dim=True)]
    if offer.signed:
        below.append(paper.words(offer.signed, 7, dim=True))
    style = TableStyle(
        [
            *FLUSH, ("VALIGN", (0, 0), (-1, 0), "BOTTOM"), ("LINEABOVE", (0, 1), (0, 1), 0.6, DIM),
            ("LINEABOVE", (2, 1), (2, 1), 0.6, DIM), ("TOPPADDING", (0, 1), (-1, 1), 2),
        ]
    )  # fmt: skip
    rows = [["", "", theirs], [paper.words(ours, 8, dim=True), "", below]]
    return KeepTogether([Table(rows, colWidths=[ROOM * 0.42, ROOM * 0.08, ROOM * 0.50], style=style)])
