"""A plain one-page-after-another PDF of lines of text: no fonts inside, Chinese by a font every reader knows."""

from __future__ import annotations

from collections.abc import Sequence

WIDTH, HEIGHT, MARGIN = 595, 842, 56


def document(rows: Sequence[tuple[int, str, str]]) -> bytes:
    """Each row: its size, the text at the left, the text at the right."""
    pages: list[list[str]] = [[]]
    y = HEIGHT - MARGIN
    for size, left, right in rows:
        y -= int(size * 1.8)
        if y < MARGIN:
            pages.append([])
            y = HEIGHT - MARGIN - int(size * 1.8)
        pages[-1].append(_text(MARGIN, y, size, left))
        if right:
            pages[-1].append(_text(WIDTH - MARGIN - _width(right, size), y, size, right))
    font = "<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light /Encoding /UniGB-UCS2-H /DescendantFonts [4 0 R] >>"
    descendant = (
        "<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /CIDSystemInfo << /Registry (Adobe) /Ordering "
        "(GB1) /Supplement 2 >> /DW 1000 /W [1 95 500] /FontDescriptor 5 0 R >>"
    )
    descriptor = (
        "<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox [-25 -254 1000 880] /ItalicAngle 0 "
        "/Ascent 880 /Descent -120 /CapHeight 880 /StemV 93 >>"
    )
    first = 6
    kids = " ".join(f"{first + 2 * i} 0 R" for i in range(len(pages)))
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>",
        font,
        descendant,
        descriptor,
    ]
    for i, parts in enumerate(pages):
        stream = "\n".join(parts)
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {WIDTH} {HEIGHT}] /Resources << /Font << /F1 3 0 R >> >> "
            f"/Contents {first + 2 * i + 1} 0 R >>"
        )
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
    return _assembled(objects)


def _text(x: float, y: float, size: int, text: str) -> str:
    code = text.encode("utf-16-be").hex()
    return f"BT /F1 {size} Tf {x:.1f} {y:.1f} Td <{code}> Tj ET"


def _width(text: str, size: int) -> float:
    return sum(size * (0.5 if ord(letter) < 256 else 1.0) for letter in text)


def _assembled(objects: Sequence[str]) -> bytes:
    out = b"%PDF-1.4\n"
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode("ascii")
    table = "".join(f"{offset:010d} 00000 n \n" for offset in offsets)
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}".encode("ascii")
    return out + f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n".encode("ascii")
