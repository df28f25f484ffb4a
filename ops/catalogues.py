"""Compile translation catalogues: `python -m ops.catalogues [FILE.po…]` writes FILE.mo beside each, or beside all."""

from __future__ import annotations

import sys
from pathlib import Path

from babel.messages import mofile, pofile

from ops.paths import CODE, ROOT


def catalogues() -> list[Path]:
    """Every catalogue of the product."""
    return [path for folder in CODE for path in sorted((ROOT / folder).glob("**/locale/*/LC_MESSAGES/*.po"))]


def compile_catalogue(source: Path) -> None:
    """Whole or not at all: a process that starts meanwhile never reads half a file."""
    with source.open("rb") as file:
        catalogue = pofile.read_po(file, locale=source.parent.parent.name, domain=source.stem, abort_invalid=True)
    partial = source.with_suffix(".mo.partial")
    with partial.open("wb") as file:
        mofile.write_mo(file, catalogue)
    partial.replace(source.with_suffix(".mo"))


def main() -> None:
    failed = False
    for name in sys.argv[1:] or catalogues():
        try:
            compile_catalogue(Path(name))
        except (pofile.PoFileError, ValueError) as error:
            failed = True
            print(f"{name}: {error}", file=sys.stderr)
    raise SystemExit(1 if failed else 0)


if __name__ == "__main__":
    main()
