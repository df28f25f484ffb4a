"""The account behind the key."""

from __future__ import annotations

from billing.simulator.api.routing import Ready, endpoint
from billing.simulator.params import Params
from billing.simulator.rendering import list_of
from billing.simulator.store import Doc
from billing.simulator.world import World

_REQUIREMENTS: Doc = {
    "alternatives": [],
    "current_deadline": None,
    "currently_due": [],
    "disabled_reason": None,
    "errors": [],
    "eventually_due": [],
    "past_due": [],
    "pending_verification": [],
}


@endpoint("GET", "/v1/account")
def retrieve(world: World, p: Params) -> Doc:
    id = "acct_1Simulator00000000"
    return Ready(
        id=id,
        object="account",
        business_profile={
            "annual_revenue": None,
            "estimated_worker_count": None,
            "mcc": None,
            "minority_owned_business_designation": None,
            "name": "Simulator",
            "product_description": None,
            "support_address": None,
            "support_email": None,
            "support_phone": None,
            "support_url": None,
            "url": None,
        },
        business_type=None,
        capabilities={"card_payments": "active", "transfers": "active"},
        charges_enabled=True,
        controller={"type": "account"},
        country="US",
        created=int(world.store.setting("born", 0)),
        default_currency="usd",
        details_submitted=True,
        email="simulator@example.com",
        external_accounts=list_of([], f"/v1/accounts/{id}/external_accounts"),
        future_requirements=dict(_REQUIREMENTS),
        metadata={},
        payouts_enabled=True,
        requirements=dict(_REQUIREMENTS),
        settings=_settings(),
        tos_acceptance={"date": None, "ip": None, "user_agent": None},
        type="standard",
    )


def _settings() -> Doc:
    prefix = {"statement_descriptor_prefix": None}
    kana = {"statement_descriptor_prefix_kana": None, "statement_descriptor_prefix_kanji": None}
    return {
        "bacs_debit_payments": {"display_name": None, "service_user_number": None},
        "branding": {"icon": None, "logo": None, "primary_color": None, "secondary_color": None},
        "card_issuing": {"tos_acceptance": {"date": None, "ip": None}},
        "card_payments": {"decline_on": {"avs_failure": True, "cvc_failure": True}, **prefix, **kana},
        "dashboard": {"display_name": "Simulator", "timezone": "Etc/UTC"},
        "invoices": {"default_account_tax_ids": None, "hosted_payment_method_save": None},
        "payments": {
            "statement_descriptor": "SIMULATOR",
            "statement_descriptor_kana": None,
            "statement_descriptor_kanji": None,
            **kana,
        },
        "payouts": {
            "debit_negative_balances": True,
            "schedule": {"delay_days": 2, "interval": "daily"},
            "statement_descriptor": None,
        },
        "sepa_debit_payments": {},
    }
