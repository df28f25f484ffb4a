"""Names as the duplicate check sees them: width, case, punctuation and legal forms aside; and how they sound.

上海华为技术有限公司, 华为技术（上海）有限公司 and "HUAWEI Tech Co., Ltd." each meet their own spelling again; branches
(分公司) stay apart from their head office."""

from __future__ import annotations

import re
import unicodedata

from pypinyin import lazy_pinyin

_ZH_FORMS = (
    "股份有限责任公司", "集团股份有限公司", "集团有限公司", "有限责任公司", "股份有限公司", "有限公司", "股份公司",
    "控股集团", "集团公司", "公司", "集团",
    "股份有限責任公司", "集團股份有限公司", "集團有限公司", "有限責任公司", "控股集團", "集團公司", "集團",
)  # fmt: skip
_EN_FORMS = {
    "co", "company", "ltd", "limited", "inc", "incorporated", "llc", "llp", "lp", "corp", "corporation", "plc", "gmbh",
    "ag", "kg", "sa", "sarl", "sas", "srl", "spa", "bv", "nv", "oy", "ab", "as", "aps", "pty", "pte", "sdn", "bhd",
    "kk", "group", "holding", "holdings", "the", "and",
}  # fmt: skip
_BRANCH = re.compile(r"(分公司|分部|分店|办事处)$")
_PARENTHESES = re.compile(r"\(([^()]*)\)")
# Mail that says nothing of where somebody works.
_PUBLIC_MAIL = {
    "163.com", "126.com", "139.com", "189.cn", "aliyun.com", "aol.com", "foxmail.com", "gmail.com", "gmx.com",
    "gmx.de", "googlemail.com", "hotmail.com", "icloud.com", "live.com", "mail.com", "mail.ru", "me.com", "msn.com",
    "outlook.com", "proton.me", "protonmail.com", "qq.com", "sina.cn", "sina.com", "sohu.com", "tom.com",
    "vip.163.com", "vip.qq.com", "web.de", "yahoo.com", "yandex.ru", "yeah.net",
}  # fmt: skip
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
    for form in sorted(_ZH_FORMS, key=len, reverse=True):
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


def is_chinese(text: str) -> bool:
    return _CJK.search(text) is not None


def sound_key(key: str) -> str:
    """How a name (as `name_key` has it) reads aloud, without spaces: 华为, 華為 and Hua Wei are one. Of pinyin without
    tones; of other scripts the name itself."""
    return "".join(re.split(r"[\W_]+", "".join(lazy_pinyin(key)) if _CJK.search(key) else key))


def domain_key(email: str, website: str = "") -> str:
    """The company's own domain: of its site, else of its mail; empty where everybody has an address there."""
    host = re.sub(r"^[a-z]+://", "", website.strip().casefold()).split("/")[0].split(":")[0].removeprefix("www.")
    domain = host if "." in host else email.strip().casefold().rpartition("@")[2]
    return "" if domain in _PUBLIC_MAIL or "." not in domain else domain


def phone_key(phone: str) -> str:
    """Digits that tell two phones apart: without +86 or 0086, without separators and extension."""
    text = unicodedata.normalize("NFKC", phone)
    text = re.split(r"(?i)ext|x|转|#", text, maxsplit=1)[0]
    digits = re.sub(r"\D", "", text)
    digits = re.sub(r"^(0086|86(?=1\d{10}$))", "", digits)
    return digits if len(digits) >= 7 else ""
