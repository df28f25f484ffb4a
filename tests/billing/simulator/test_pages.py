"""Checkout, the portal and the invoice page, filled in as a browser would."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest

from tests.billing.simulator.conftest import APRIL, DAY, Receiver, Shop, item_of

GOOD = "4242 4242 4242 4242"


def card(number: str = GOOD, **more: str) -> dict[str, str]:
    return {"number": number, "expiry": "12 / 39", "cvc": "123", "name": "Sales manager", **more}


def session(api: Any, *prices: str, **more: Any) -> Any:
    return api.checkout.sessions.create(
        {
            "mode": "subscription",
            "success_url": "https://tenon.example/billing/done?session={CHECKOUT_SESSION_ID}",
            "cancel_url": "https://tenon.example/billing",
            "line_items": [{"price": price, "quantity": 3} for price in prices],
            "client_reference_id": "tenant-7",
            **more,
        }
    )


def pay(browser: httpx.Client, url: str, **form: str) -> httpx.Response:
    return browser.post(url, data={"action": "pay", "email": "buyer@example.com", **form})


def test_subscribing_by_card(api: Any, shop: Shop, browser: httpx.Client, receiver: Receiver) -> None:
    opened = session(
        api,
        shop.price(1_900),
        shop.price(2_900, name="Inventory"),
        tax_id_collection={"enabled": True},
        subscription_data={"metadata": {"tenant": "7"}},
        metadata={"tenant": "7"},
    )
    assert (opened.amount_total, opened.status, opened.payment_status) == (14_400, "open", "unpaid")
    page = browser.get(opened.url)
    assert "144.00 USD" in page.text
    assert "Inventory" in page.text
    done = pay(
        browser,
        opened.url,
        **card(company="Acme Ltd", tax_type="cn_tin", tax_id="91310000MA1FL0000X", country="CN"),
    )
    assert done.status_code == 303
    assert done.headers["location"] == f"https://tenon.example/billing/done?session={opened.id}"
    closed = api.checkout.sessions.retrieve(opened.id, {"expand": ["subscription", "customer.tax_ids", "line_items"]})
    assert (closed.status, closed.payment_status, closed.url) == ("complete", "paid", None)
    assert closed.subscription.status == "active"
    assert sorted(i.price.unit_amount * i.quantity for i in closed.subscription["items"].data) == [5_700, 8_700]
    assert closed.subscription.metadata["tenant"] == "7"
    assert closed.customer.name == "Acme Ltd"
    assert closed.customer.tax_ids.data[0].value == "91310000MA1FL0000X"
    assert [row.amount_total for row in closed.line_items.data] == [5_700, 8_700]
    [event] = receiver.wait_for("checkout.session.completed", of=opened.id)
    assert event.data.object.client_reference_id == "tenant-7"
    assert event.data.object.subscription == closed.subscription.id
    again = pay(browser, opened.url, **card())
    assert again.headers["location"] == done.headers["location"], "a second tab does not pay twice"
    assert len(api.subscriptions.list({"customer": closed.customer.id}).data) == 1


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("4000 0000 0000 0002", "Your card was declined."),
        ("4000 0000 0000 9995", "Your card has insufficient funds."),
        ("4000 0000 0000 0069", "Your card has expired."),
        ("4000 0000 0000 0127", "Your card&#39;s security code is incorrect."),
        ("4000 0000 0000 0341", "Your card was declined."),
        ("4111 1111 1111 1111", "This is not a test card."),
    ],
)
def test_a_refused_card_leaves_the_page_open_and_nothing_made(
    api: Any, shop: Shop, browser: httpx.Client, number: str, words: str
) -> None:
    opened = session(api, shop.price(1_900), customer=shop.customer.id)
    answer = pay(browser, opened.url, **card(number))
    assert answer.status_code == 402
    assert words in answer.text
    assert api.checkout.sessions.retrieve(opened.id).status == "open"
    assert api.subscriptions.list({"customer": shop.customer.id, "status": "all"}).data == []
    assert pay(browser, opened.url, **card()).status_code == 303


def test_the_bank_asks(api: Any, shop: Shop, browser: httpx.Client) -> None:
    opened = session(api, shop.price(1_900), customer=shop.customer.id)
    asked = pay(browser, opened.url, **card("4000 0025 0000 3155"))
    confirm = asked.headers["location"]
    assert "57.00 USD" in browser.get(confirm).text
    failed = browser.post(confirm, data={"action": "fail"})
    assert "could not be confirmed" in failed.text
    confirm = pay(browser, opened.url, **card("4000 0025 0000 3155")).headers["location"]
    assert browser.post(confirm, data={"action": "complete"}).headers["location"].startswith("https://tenon.example")
    subscription = api.subscriptions.list({"customer": shop.customer.id}).data[0]
    assert subscription.status == "active"
    shop.until(APRIL + 31 * DAY)
    assert shop.see(subscription).latest_invoice.status == "paid", "set up once, later payments need nobody"


def test_trial_without_card_and_promotion_code_and_seats(api: Any, shop: Shop, browser: httpx.Client) -> None:
    coupon = api.coupons.create({"percent_off": 50, "duration": "forever"})
    code = api.promotion_codes.create({"promotion": {"type": "coupon", "coupon": coupon.id}}).code
    opened = session(
        api,
        allow_promotion_codes=True,
        line_items=[
            {"price": shop.price(2_000), "quantity": 2, "adjustable_quantity": {"enabled": True, "maximum": 10}}
        ],
    )
    item = api.checkout.sessions.line_items.list(opened.id).data[0]
    browser.post(opened.url, data={"action": "quantity", f"quantity-{item.id}": "4"})
    assert "This code is invalid." in browser.post(opened.url, data={"action": "code", "code": "NOPE"}).text
    assert "40.00 USD" in browser.post(opened.url, data={"action": "code", "code": code.lower()}).text
    seen = api.checkout.sessions.retrieve(opened.id)
    assert (seen.amount_subtotal, seen.amount_total, seen.total_details.amount_discount) == (8_000, 4_000, 4_000)
    trial = session(
        api, shop.price(2_000), subscription_data={"trial_period_days": 14}, payment_method_collection="if_required"
    )
    page = browser.get(trial.url)
    assert 'name="number"' not in page.text
    pay(browser, trial.url)
    closed = api.checkout.sessions.retrieve(trial.id, {"expand": ["subscription"]})
    assert (closed.payment_status, closed.subscription.status) == ("no_payment_required", "trialing")
    assert closed.subscription.trial_end - closed.subscription.trial_start == 14 * DAY


def test_in_chinese(api: Any, shop: Shop, browser: httpx.Client) -> None:
    opened = session(api, shop.price(1_900), locale="zh")
    page = browser.get(opened.url).text
    assert 'lang="zh-Hans"' in page
    assert "卡号" in page
    assert "银行卡被拒" in pay(browser, opened.url, **card("4000 0000 0000 0002")).text


def test_an_expired_session(api: Any, shop: Shop, browser: httpx.Client) -> None:
    opened = session(api, shop.price(1_900))
    assert api.checkout.sessions.expire(opened.id).status == "expired"
    assert browser.get(opened.url).status_code == 410


def test_leaving_a_card_in_setup_mode(api: Any, shop: Shop, browser: httpx.Client) -> None:
    opened = api.checkout.sessions.create(
        {"mode": "setup", "success_url": "https://tenon.example/ok", "customer": shop.customer.id}
    )
    assert pay(browser, opened.url, **card()).status_code == 303
    closed = api.checkout.sessions.retrieve(opened.id, {"expand": ["setup_intent"]})
    method = api.payment_methods.retrieve(closed.setup_intent.payment_method)
    assert (closed.setup_intent.status, method.customer) == ("succeeded", shop.customer.id)


def portal(shop: Shop, **more: Any) -> str:
    made = shop.api.billing_portal.sessions.create(
        {"customer": shop.customer.id, "return_url": "https://tenon.example/billing", **more}
    )
    return str(made.url)


def test_portal_new_card_pays_the_open_invoice(shop: Shop, browser: httpx.Client) -> None:
    shop.card()
    subscription = shop.subscribe(shop.price(1_900))
    shop.card("pm_card_chargeCustomerFail")
    shop.until(APRIL + 31 * DAY)
    assert shop.see(subscription).status == "past_due"
    url = portal(shop)
    assert "Your card was declined." in browser.post(url, data={"action": "card", **card("4000000000000002")}).text
    assert browser.post(url, data={"action": "card", **card("5555 5555 5555 4444")}).status_code == 303
    page = browser.get(url).text
    assert "•••• 4444" in page
    invoice = re.search(r'href="(/i/in_\w+)">Pay<', page)
    assert invoice
    assert "Pay 19.00 USD" in browser.get(invoice[1]).text
    assert browser.post(invoice[1], data={"action": "pay", "kept": "1"}).status_code == 303
    seen = shop.see(subscription)
    assert (seen.status, seen.latest_invoice.status) == ("active", "paid")


def test_portal_cancels_and_keeps(shop: Shop, browser: httpx.Client) -> None:
    shop.card()
    subscription = shop.subscribe(shop.price(1_900))
    url = portal(shop)
    browser.post(url, data={"action": "cancel", "subscription": subscription.id})
    assert shop.see(subscription).cancel_at_period_end
    assert "Keep subscription" in browser.get(url).text
    browser.post(url, data={"action": "keep", "subscription": subscription.id})
    assert not shop.see(subscription).cancel_at_period_end


def test_portal_shows_one_customer_only_and_only_what_is_allowed(shop: Shop, api: Any, browser: httpx.Client) -> None:
    shop.card()
    subscription = shop.subscribe(shop.price(1_900))
    stranger = api.customers.create({"email": "other@example.com"})
    foreign = api.billing_portal.sessions.create({"customer": stranger.id})
    answer = browser.post(foreign.url, data={"action": "cancel", "subscription": subscription.id})
    assert answer.status_code == 402
    assert not shop.see(subscription).cancel_at_period_end
    assert browser.get(foreign.url[:-4] + "nope").status_code == 404
    settings = {"payment_method_update": {"enabled": True}, "invoice_history": {"enabled": True}}
    held = api.billing_portal.configurations.create({"features": settings})
    page = browser.get(portal(shop, configuration=held.id)).text
    assert "Cancel subscription" not in page
    assert "Add card" in page


def test_invoice_page_and_its_pdf(shop: Shop, browser: httpx.Client) -> None:
    shop.card()
    subscription = shop.subscribe(shop.price(1_900, name="客户关系"), quantity=2)
    invoice = shop.see(subscription).latest_invoice
    page = browser.get(invoice.hosted_invoice_url).text
    assert "38.00 USD" in page
    assert "客户关系" in page
    file = browser.get(invoice.invoice_pdf)
    assert file.headers["content-type"] == "application/pdf"
    assert file.content.startswith(b"%PDF-1.4")
    assert "客户关系".encode("utf-16-be").hex().encode() in file.content
    start = int(file.content.split(b"startxref\n")[1].split(b"\n")[0])
    assert file.content[start : start + 4] == b"xref"
    assert item_of(subscription).quantity == 2
