"""What senders of leads send, read into one shape. Pure.

Google Ads lead form webhooks: developers.google.com/google-ads/webhook. Meta lead ads: the `leadgen` field of Page
webhooks, with `field_data` as the Graph API and relays deliver it. Ocean Engine and Baidu let the advertiser name the
fields that they push, so their usual names are known here and a mapping may name others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Payload = Mapping[str, Any]
LONGEST = {"name": 200, "contact_name": 120, "email": 254, "phone": 60, "website": 200}
# Our field → what senders call it, in the order of preference. Compared without case, "_", "-" and blanks.
NAMES: dict[str, tuple[str, ...]] = {
    "name": ("company", "companyname", "organisation", "organization", "公司", "公司名称", "企业名称", "单位"),
    "contact_name": ("contactname", "fullname", "name", "username", "contact", "姓名", "联系人", "称呼"),
    "email": ("email", "emailaddress", "mail", "workemail", "邮箱", "电子邮箱"),
    "phone": (
        "phone", "telphone", "telephone", "phonenumber", "mobile", "tel", "cluephonenumber", "workphone",
        "userphone", "手机", "手机号", "电话", "联系电话", "手机号码",
    ),
    "website": ("website", "url", "网站", "官网"),
    "note": ("note", "message", "remark", "comment", "comments", "留言", "备注", "需求", "咨询内容"),
    "region": ("city", "cityname", "region", "province", "provincename", "location", "地区", "城市", "省份", "所在地"),
    "product": ("product", "productname", "interest", "产品", "意向产品"),
    "external_id": ("externalid", "leadid", "leadgenid", "clueid", "id", "reqid"),
    "campaign": ("campaign", "campaignname", "utmcampaign", "campaignid", "projectname", "projectid", "planname"),
    "ad": ("ad", "adname", "adid", "promotionname", "promotionid", "creativeid", "planid"),
}  # fmt: skip
TRAIL = (
    "utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content", "gclid", "gcl_id", "fbclid", "bd_vid",
    "clickid", "adgroup_id", "creative_id", "form_id", "page_id", "adv_id", "page", "referrer",
)  # fmt: skip
GOOGLE = {
    "FULL_NAME": "contact_name", "EMAIL": "email", "WORK_EMAIL": "email", "PHONE_NUMBER": "phone",
    "WORK_PHONE": "phone", "COMPANY_NAME": "name", "CITY": "region", "REGION": "region",
}  # fmt: skip
META = {
    "full_name": "contact_name", "email": "email", "work_email": "email", "phone_number": "phone",
    "work_phone_number": "phone", "company_name": "name", "city": "region", "state": "region", "province": "region",
}  # fmt: skip


class Unreadable(ValueError):
    """Why nothing can be done with it, for the people who look after the source."""


@dataclass
class Captured:
    """One lead as it came. `values` are fields of a lead; what has no field of its own is kept in `more`, by the
    sender's names; `about` is what rotas look for words in."""

    values: dict[str, str]
    external_id: str = ""
    campaign: str = ""
    ad: str = ""
    region: str = ""
    product: str = ""
    trail: dict[str, str] = field(default_factory=dict)
    more: dict[str, str] = field(default_factory=dict)
    test: bool = False

    @property
    def about(self) -> str:
        return "\n".join((self.campaign, self.ad, self.region, self.product, self.values.get("note", "")))


def read(kind: str, payload: Payload, mapping: Mapping[str, str] | None = None) -> list[Captured]:
    """The leads of one delivery (Meta sends several). Raises Unreadable."""
    if not isinstance(payload, Mapping):
        raise Unreadable("not an object")
    if kind == "google":
        found = [_google(payload)]
    elif kind == "meta":
        found = list(_meta(payload))
    else:
        found = [_named(payload, mapping or {})]
    for one in found:
        if not any(one.values.get(name) for name in ("email", "phone")):
            raise Unreadable("no phone number and no e-mail address")
    if not found:
        raise Unreadable("no lead in it")
    return found


def storable(value: Any, deep: int = 20) -> Any:
    """The same as a database takes it: no NUL, no half characters. Raises Unreadable below `deep` levels."""
    if deep < 0:
        raise Unreadable("nested too deeply")
    if isinstance(value, str):
        return value.replace("\x00", "").encode("utf-8", "replace").decode()
    if isinstance(value, Mapping):
        return {storable(str(key)): storable(part, deep - 1) for key, part in value.items()}
    return [storable(part, deep - 1) for part in value] if isinstance(value, list) else value


def _plain(name: str) -> str:
    return name.casefold().replace("_", "").replace("-", "").replace(" ", "")


def _text(value: Any) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(filter(None, map(_text, value)))
    if isinstance(value, Mapping):
        return ", ".join(f"{k}: {t}" for k, v in value.items() if (t := _text(v)))
    return "" if value is None or isinstance(value, bool) else str(value).replace("\x00", "").strip()


def _named(payload: Payload, mapping: Mapping[str, str]) -> Captured:
    """Flat objects; what stands in an object inside (remark_dict, data, fields) is looked at as well."""
    flat: dict[str, str] = {}
    for key, value in payload.items():
        inner = value if isinstance(value, Mapping) else {}
        for name, part in [(str(k), v) for k, v in inner.items()] or [(str(key), value)]:
            flat.setdefault(name, _text(part))
    by_name = {_plain(key): key for key in flat}
    used: set[str] = set()
    got: dict[str, str] = {}
    for ours, names in NAMES.items():
        for name in (mapping[ours],) if mapping.get(ours) else names:
            key = by_name.get(_plain(name), "")
            if flat.get(key) and key not in used:
                got[ours] = flat[key]
                used.add(key)
                break
    trail = {name: flat[name][:500] for name in TRAIL if flat.get(name)}
    more = {k: v for k, v in flat.items() if k not in used and k not in trail and v}
    return _captured(got, trail, more)


def _google(payload: Payload) -> Captured:
    columns = payload.get("user_column_data")
    if not isinstance(columns, list):
        raise Unreadable("no user_column_data")
    got: dict[str, str] = {}
    more: dict[str, str] = {}
    first = {"FIRST_NAME": "", "LAST_NAME": ""}
    for column in columns:
        if not isinstance(column, Mapping):
            raise Unreadable("user_column_data is no list of objects")
        key, value = str(column.get("column_id") or ""), _text(column.get("string_value"))
        if key in first:
            first[key] = value
        elif key in GOOGLE:
            got.setdefault(GOOGLE[key], value)
        elif value:
            more[_text(column.get("column_name")) or key] = value
    got.setdefault("contact_name", " ".join(filter(None, first.values())))
    got |= {
        "external_id": _text(payload.get("lead_id")), "campaign": _text(payload.get("campaign_id")),
        "ad": _text(payload.get("creative_id")),
    }  # fmt: skip
    trail = {name: text[:500] for name in TRAIL if (text := _text(payload.get(name)))}
    found = _captured(got, trail, more)
    found.test = payload.get("is_test") is True
    return found


def _meta(payload: Payload) -> Iterator[Captured]:
    entries = payload.get("entry")
    if not isinstance(entries, list):
        raise Unreadable("no entry")
    for entry in entries:
        for change in (entry.get("changes") or ()) if isinstance(entry, Mapping) else ():
            if not isinstance(change, Mapping) or change.get("field") != "leadgen":
                continue
            value = change.get("value")
            if not isinstance(value, Mapping):
                raise Unreadable("leadgen without a value")
            got: dict[str, str] = {}
            more: dict[str, str] = {}
            fields = value.get("field_data")
            for part in fields if isinstance(fields, list) else ():
                if not isinstance(part, Mapping):
                    raise Unreadable("field_data is no list of objects")
                name, text = str(part.get("name") or ""), _text(part.get("values"))
                if name in META:
                    got.setdefault(META[name], text)
                elif text:
                    more[name] = text
            got |= {
                "external_id": _text(value.get("leadgen_id")), "campaign": _text(value.get("campaign_name")),
                "ad": _text(value.get("ad_name")) or _text(value.get("ad_id")),
            }  # fmt: skip
            trail = {name: text for name in TRAIL if (text := _text(value.get(name)))}
            yield _captured(got, trail, more)


def _captured(got: dict[str, str], trail: dict[str, str], more: dict[str, str]) -> Captured:
    values = {name: got[name][:most] for name, most in LONGEST.items() if got.get(name)}
    if got.get("note"):
        values["note"] = got["note"][:4000]
    return Captured(
        values, got.get("external_id", "")[:200], got.get("campaign", "")[:200], got.get("ad", "")[:200],
        got.get("region", "")[:200], got.get("product", "")[:200], trail,
        {k[:120]: v[:500] for k, v in list(more.items())[:40]},
    )  # fmt: skip
