"""What senders send, in the shapes that their documentation shows."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from modules.crm.rules.lead_formats import Unreadable, read

GOOGLE = {
    "lead_id": "TeSter-123", "api_version": "1.0", "form_id": 40000000000, "campaign_id": 123456,
    "google_key": "0123456789abcdef", "gcl_id": "Cj0", "is_test": False, "adgroup_id": 20000, "creative_id": 30000,
    "user_column_data": [
        {"column_name": "Full Name", "string_value": "Donna Carreras", "column_id": "FULL_NAME"},
        {"column_name": "User Email", "string_value": "donna@vista.example", "column_id": "EMAIL"},
        {"column_name": "User Phone", "string_value": "+8613800138000", "column_id": "PHONE_NUMBER"},
        {"column_name": "Company Name", "string_value": "Vista Road Bikes", "column_id": "COMPANY_NAME"},
        {"column_name": "How many?", "string_value": "40", "column_id": "how_many"},
    ],
}  # fmt: skip
META = {
    "object": "page",
    "entry": [
        {"id": "153125381133", "time": 1438292065, "changes": [
            {"field": "leadgen", "value": {
                "leadgen_id": "123", "page_id": "55", "form_id": "66", "ad_id": "77", "created_time": 1438292060,
                "field_data": [
                    {"name": "full_name", "values": ["Donna Carreras"]},
                    {"name": "phone_number", "values": ["13800138000"]},
                    {"name": "favourite_colour", "values": ["red", "black"]},
                ],
            }},
            {"field": "feed", "value": {"item": "status"}},
        ]},
    ],
}  # fmt: skip


def test_google_lead_forms() -> None:
    [lead] = read("google", GOOGLE)
    assert lead.values == {
        "contact_name": "Donna Carreras", "email": "donna@vista.example", "phone": "+8613800138000",
        "name": "Vista Road Bikes",
    }  # fmt: skip
    assert (lead.external_id, lead.campaign, lead.ad, lead.test) == ("TeSter-123", "123456", "30000", False)
    assert lead.more == {"How many?": "40"}
    assert lead.trail == {"gcl_id": "Cj0", "adgroup_id": "20000", "creative_id": "30000", "form_id": "40000000000"}
    assert read("google", {**GOOGLE, "is_test": True})[0].test


def test_meta_lead_ads_with_their_fields() -> None:
    [lead] = read("meta", META)
    assert lead.values == {"contact_name": "Donna Carreras", "phone": "13800138000"}
    assert (lead.external_id, lead.ad, lead.more) == ("123", "77", {"favourite_colour": "red, black"})


def test_ocean_engine_and_baidu_by_their_usual_names() -> None:
    sent = {"clueId": 7301, "name": "杜先生", "telphone": "13900139000", "city_name": "上海", "promotion_id": "991",
            "remark_dict": {"预算": "5万", "意向产品": "公路车"}, "utm_source": "douyin"}  # fmt: skip
    [lead] = read("ocean_engine", sent)
    assert (lead.external_id, lead.values) == ("7301", {"contact_name": "杜先生", "phone": "13900139000"})
    assert (lead.region, lead.product, lead.ad) == ("上海", "公路车", "991")
    assert (lead.more, lead.trail) == ({"预算": "5万"}, {"utm_source": "douyin"})
    [lead] = read("baidu", {"clueId": "b1", "cluePhoneNumber": "13700137000", "留言": "要报价"})
    assert (lead.external_id, lead.values) == ("b1", {"phone": "13700137000", "note": "要报价"})


def test_a_mapping_names_what_the_sender_calls_it() -> None:
    sent = {"kunde": "Vista", "tel": "13800138000", "nummer": "9"}
    [lead] = read("json", sent, {"name": "kunde", "external_id": "nummer"})
    assert (lead.values["name"], lead.external_id) == ("Vista", "9")


@pytest.mark.parametrize(
    ("kind", "payload"),
    [
        ("json", {}), ("json", []), ("json", {"name": "Vista"}), ("google", {"lead_id": "1"}),
        ("google", {"user_column_data": ["x"]}), ("meta", {"entry": [{"changes": [{"field": "leadgen"}]}]}),
        ("meta", {"entry": []}), ("meta", {"object": "page"}),
    ],
)  # fmt: skip
def test_what_is_no_lead_says_so(kind: str, payload: Any) -> None:
    with pytest.raises(Unreadable):
        read(kind, payload)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)


@given(st.sampled_from(["json", "google", "meta", "baidu", "ocean_engine"]), JSON)
def test_nothing_sent_breaks_the_reader(kind: str, payload: Any) -> None:
    try:
        leads = read(kind, payload)
    except Unreadable:
        return
    assert all(lead.values.get("phone") or lead.values.get("email") for lead in leads)
    assert all(len(value) <= 4000 and "\x00" not in value for lead in leads for value in lead.values.values())
