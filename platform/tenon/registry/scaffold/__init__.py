"""A new module from templates: the rooms, one entity that works, its test."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from string import Template

TEMPLATES = Path(__file__).parent / "templates"
_KEY = re.compile(r"[a-z][a-z0-9]{1,30}")
_NOUN = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")


class CannotScaffold(Exception):
    """The module cannot be made; the message says why."""


@dataclass(frozen=True)
class Words:
    """What the new module is called. Nouns in English are singular, lower case."""

    key: str
    title: str
    title_zh: str
    noun: str
    noun_zh: str

    def mapping(self) -> dict[str, str]:
        words = self.noun.replace("_", " ")
        plural = _plural(words)
        return {
            "key": self.key,
            "KEY": self.key.upper(),
            "Key": "".join(part.title() for part in self.key.split("_")),
            "title": self.title,
            "title_zh": self.title_zh,
            "noun": self.noun,
            "Noun": "".join(part.title() for part in self.noun.split("_")),
            "NOUN": self.noun.upper(),
            "words": words,
            "Words": words[0].upper() + words[1:],
            "plural": plural,
            "Plural": plural[0].upper() + plural[1:],
            "path": plural.replace(" ", "-"),
            "plural_id": plural.replace(" ", "_"),
            "prefix": "".join(c for c in self.noun.upper() if c.isalpha())[:3],
            "noun_zh": self.noun_zh,
        }


def _plural(words: str) -> str:
    if words.endswith(("s", "x", "ch", "sh")):
        return f"{words}es"
    if words.endswith("y") and words[-2:-1] not in "aeiou":
        return f"{words[:-1]}ies"
    return f"{words}s"


def scaffold(root: Path, words: Words) -> list[Path]:
    """Writes modules/<key> and its test below `root`, and makes both known to settings and import-linter. Returns the
    files made. Raises CannotScaffold before anything is written."""
    if not _KEY.fullmatch(words.key) or not _NOUN.fullmatch(words.noun):
        raise CannotScaffold("a key is lower-case letters and digits; a noun may have underscores too")
    if (root / "modules" / words.key).exists() or words.key in ("shared", "links"):
        raise CannotScaffold(f"there is already modules/{words.key}")
    settings, linter = root / "platform/tenon_site/settings.py", root / ".importlinter"
    changed = {settings: _installed(settings.read_text(), words.key), linter: _layered(linter.read_text(), words.key)}
    made = []
    for template in sorted(TEMPLATES.rglob("*.tmpl")):
        name = str(template.relative_to(TEMPLATES)).removesuffix(".tmpl")
        target = root / Template(name).substitute(words.mapping())
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(Template(template.read_text()).substitute(words.mapping()))
        made.append(target)
    for path, text in changed.items():
        path.write_text(text)
    return made


def _installed(text: str, key: str) -> str:
    """The settings with the module among TENANT_APPS."""
    found = re.search(r"^TENANT_APPS = \[\n(?:    .*\n)+?(?=\])", text, re.MULTILINE)
    if found is None:
        raise CannotScaffold("TENANT_APPS not found in the settings")
    return text[: found.end()] + f'    "modules.{key}",\n' + text[found.end() :]


def _layered(text: str, key: str) -> str:
    """import-linter's contracts with the module beside the others, and held to the rooms."""
    beside = re.sub(r"^(    crm \|.*)$", rf"\1 | {key}", text, count=1, flags=re.MULTILINE)
    rooms = re.sub(r"^(    modules\.finance)$", rf"\1\n    modules.{key}", beside, count=1, flags=re.MULTILINE)
    if rooms.count(key) < text.count(key) + 2:
        raise CannotScaffold("the contracts of .importlinter are not as expected")
    return rooms
