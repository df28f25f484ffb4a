"""Chinese words of the modules: all catalogues are one in the end, so that a word of two meanings needs a context."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from django.utils import translation

MODULES = Path(__file__).resolve().parents[2] / "modules"
CATALOGUES = sorted(MODULES.glob("**/locale/zh_Hans/LC_MESSAGES/django.po"))
CALLS = {"_": 1, "pgettext_lazy": 2, "pgettext": 2}


def _id(path: Path) -> str:
    return path.relative_to(MODULES).as_posix().partition("/locale")[0]


def _asked(module: Path) -> set[tuple[str | None, str]]:
    """(context, text) of everything the module's code says."""
    found: set[tuple[str | None, str]] = set()
    for file in module.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.func.id not in CALLS:
                continue
            constants = [a for a in node.args[: CALLS[node.func.id]] if isinstance(a, ast.Constant)]
            words = [str(a.value) for a in constants]
            if len(words) == CALLS[node.func.id]:
                found.add((words[0] if len(words) == 2 else None, words[-1]))
    return found


@pytest.mark.parametrize("file", CATALOGUES, ids=_id)
def test_every_word_is_translated(file: Path) -> None:
    with file.open("rb") as opened:
        known = {(m.context or None, m.id) for m in read_po(opened) if m.id and m.string}
    missing = _asked(file.parents[3]) - known
    assert not missing, sorted(text for _context, text in missing)


@pytest.mark.parametrize("file", CATALOGUES, ids=_id)
def test_no_other_catalogue_speaks_for_it(file: Path) -> None:
    """Of two that know a word the first wins, whatever the other says: “Note” was an admonition of the sign-in pages,
    a released reservation an order given to the shop floor."""
    with file.open("rb") as opened:
        words = [m for m in read_po(opened) if m.id and m.string and isinstance(m.id, str)]
    with translation.override("zh-hans"):
        said = [
            translation.pgettext(m.context, str(m.id)) if m.context else translation.gettext(str(m.id)) for m in words
        ]
    assert [(m.id, m.string, other) for m, other in zip(words, said, strict=True) if other != m.string] == []
