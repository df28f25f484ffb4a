"""Text in PDF: which font, and where a line ends. Chinese is set in STSong, which every PDF reader brings along
(Adobe's Asian fonts), so that no font has to be shipped."""

from __future__ import annotations

from xml.sax.saxutils import escape

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont

LATIN, LATIN_BOLD, CHINESE = "Helvetica", "Helvetica-Bold", "STSong-Light"


def fonts_ready() -> None:
    pdfmetrics.registerFont(UnicodeCIDFont(CHINESE))


def is_latin(text: str) -> bool:
    """What the Latin fonts can set, accents and all."""
    try:
        text.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True


def font_of(text: str, *, bold: bool = False) -> str:
    if not is_latin(text):
        return CHINESE
    return LATIN_BOLD if bold else LATIN


def marked(text: str) -> str:
    """Markup for a paragraph, Chinese in its own font."""
    out, run = "", ""
    for letter in f"{text}\0":
        if run and (letter == "\0" or is_latin(letter) != is_latin(run)):
            out += escape(run) if is_latin(run) else f'<font name="{CHINESE}">{escape(run)}</font>'
            run = ""
        run += letter
    return out.replace("\n", "<br/>")


def wrapped(text: str, size: float, room: float, most: int, *, bold: bool = False) -> list[str]:
    """At most so many lines; the last is cut with an ellipsis. Chinese breaks anywhere, so letters decide."""
    lines: list[str] = []
    rest, font = text.strip(), font_of(text, bold=bold)
    while rest and len(lines) < most:
        end = len(rest)
        while end > 1 and pdfmetrics.stringWidth(rest[:end], font, size) > room:
            end -= 1
        if end < len(rest):
            space = rest.rfind(" ", 0, end + 1)
            end = space if space > end // 2 else end
        lines.append(rest[:end].strip())
        rest = rest[end:].strip()
    if rest and lines:
        lines[-1] = lines[-1][:-1].rstrip() + "…"
    return lines
