"""Names as the duplicate check sees them: width, case, punctuation and legal forms aside.

上海华为技术有限公司, 华为技术（上海）有限公司 and "HUAWEI Tech Co., Ltd." each meet their own spelling again; branches
(分公司) stay apart from their head office."""

from __future__ import annotations

import re
import unicodedata

_ZH_FORMS = (
    "股份有限责任公司", "集团股份有限公司", "集团有限公司", "有限责任公司", "股份有限公司", "有限公司", "股份公司",
    "控股集团", "集团公司", "公司", "集团",
)  # fmt: skip
_EN_FORMS = {
    "co", "company", "ltd", "limited", "inc", "incorporated", "llc", "llp", "lp", "corp", "corporation", "plc", "gmbh",
    "ag", "kg", "sa", "sarl", "sas", "srl", "spa", "bv", "nv", "oy", "ab", "as", "aps", "pty", "pte", "sdn", "bhd",
    "kk", "group", "holding", "holdings", "the", "and",
}  # fmt: skip
_BRANCH = re.compile(r"(分公司|分部|分店|办事处)$")
_PARENTHESES = re.compile(r"\(([^()]*)\)")
_CJK = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")


def name_key(name: str) -> str:
    """The comparable form of a company's or person's name; empty only for an empty name."""
    text = unicodedata.normalize("NFKC", name).casefold().strip()
    if not text:
        return ""
    if _CJK.search(text):
        return _chinese(text) or _bare(text)
    words = [w for w in re.split(r"[\W_]+", _joined_initials(_unaccented(text))) if w]
    kept = [w for w in words if w not in _EN_FORMS]
    return " ".join(kept or words) or text


def _chinese(text: str) -> str:
    # The place may stand in front or in brackets: 华为(上海) is 上海华为.
    places = "".join(_PARENTHESES.findall(text))
    bare = _bare(places + _PARENTHESES.sub("", text))
    if _BRANCH.search(bare) or bare in _ZH_FORMS:
        # A branch is another party than its head office: its ending stays.
        return bare
    for form in _ZH_FORMS:
        if bare.endswith(form) and len(bare) > len(form):
            return bare.removesuffix(form)
    return bare


def _bare(text: str) -> str:
    return re.sub(r"[\W_]+", "", text)


def _unaccented(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))


def _joined_initials(text: str) -> str:
    """S.A. and G & K as words: points between single letters fall away."""
    return re.sub(r"\b(\w)\.(?=\w\b|\W|$)", r"\1", text)


def phone_key(phone: str) -> str:
    """Digits that tell two phones apart: without +86 or 0086, without separators and extension."""
    text = unicodedata.normalize("NFKC", phone)
    text = re.split(r"(?i)ext|x|转|#", text, maxsplit=1)[0]
    digits = re.sub(r"\D", "", text)
    digits = re.sub(r"^(0086|86(?=1\d{10}$))", "", digits)
    return digits if len(digits) >= 7 else ""
