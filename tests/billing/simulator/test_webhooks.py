"""Events reach the endpoints: signed, in order of happening, again until taken."""

from __future__ import annotations

import time
from typing import Any

import pytest
import stripe

from tests.billing.simulator.conftest import DAY, SECRET, Receiver, Running, Shop, serving_receiver, start


def test_signed_as_the_sdk_expects_and_refused_when_forged(shop: Shop, receiver: Receiver) -> None:
    [event] = receiver.wait_for("customer.created", of=shop.customer.id)
    body, header = next((b, h) for b, h in receiver.taken if event.id.encode() in b)
    assert stripe.Webhook.construct_event(body, header, SECRET).id == event.id
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(body, header, "whsec_other")
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(body.replace(b"buyer@", b"thief@"), header, SECRET)
    assert event.api_version == stripe.api_version
    assert event.request.id.startswith("req_")
    assert shop.api.events.retrieve(event.id).type == "customer.created"


def test_previous_attributes_say_what_changed(shop: Shop, receiver: Receiver) -> None:
    shop.api.customers.update(shop.customer.id, {"name": "Acme Bicycles", "metadata": {"tenant": "7"}})
    [event] = receiver.wait_for("customer.updated", of=shop.customer.id)
    assert event.data.previous_attributes.to_dict() == {"name": "Acme", "metadata": {"tenant": None}}
    assert event.data.object.name == "Acme Bicycles"


def test_events_carry_the_time_of_the_clock(shop: Shop) -> None:
    shop.card()
    subscription = shop.subscribe(shop.price(1_000))
    end = subscription["items"].data[0].current_period_end
    shop.until(end + 2 * DAY)
    events = shop.api.events.list({"type": "invoice.paid", "limit": 5}).data
    paid = [e for e in events if e.data.object.customer == shop.customer.id]
    assert [e.created for e in paid] == [end + 3_600, subscription.created]


def test_tried_again_until_taken(api: Any, simulator: Running) -> None:
    with serving_receiver() as stubborn:
        failures = iter([500, 503])
        stubborn.answer = lambda body: next(failures, 200)
        endpoint = api.webhook_endpoints.create({"url": stubborn.url, "enabled_events": ["product.created"]})
        product = api.products.create({"name": "Delivered"})
        until = time.monotonic() + 20
        while len(stubborn.taken) < 3 and time.monotonic() < until:
            time.sleep(0.1)
        bodies = {body for body, _ in stubborn.taken}
        assert len(stubborn.taken) == 3, "two refusals, then taken"
        assert len(bodies) == 1 or len({b.split(b'"id": "')[1][:28] for b in bodies}) == 1
        event = stripe.Webhook.construct_event(*stubborn.taken[-1], endpoint.secret)
        assert event.data.object.id == product.id
        time.sleep(0.3)
        api.webhook_endpoints.delete(endpoint.id)
        api.customers.create({"name": "Not this endpoint's"})
        time.sleep(0.5)
        assert len(stubborn.taken) == 3


def test_two_secrets_sign_while_one_is_rolled(receiver: Receiver) -> None:
    with serving_receiver() as taken:
        running = start("--webhook", taken.url, "--secret", "whsec_new", "--secret", "whsec_old")
        try:
            running.client().products.create({"name": "CRM"})
            until = time.monotonic() + 10
            while not taken.taken and time.monotonic() < until:
                time.sleep(0.05)
            body, header = taken.taken[0]
            assert header.count("v1=") == 2
            for secret in ("whsec_new", "whsec_old"):
                assert stripe.Webhook.construct_event(body, header, secret).type == "product.created"
        finally:
            running.stop()


def test_what_is_undone_tells_nobody(shop: Shop) -> None:
    """A preview and a refused request leave no event behind."""
    shop.card()
    subscription = shop.subscribe(shop.price(1_000))
    before = shop.types()
    shop.api.invoices.create_preview({"subscription": subscription.id})
    shop.card("pm_card_chargeCustomerFail")
    with pytest.raises(stripe.CardError):
        shop.api.subscriptions.update(
            subscription.id,
            {
                "items": [{"price": shop.price(5_000)}],
                "proration_behavior": "always_invoice",
                "payment_behavior": "error_if_incomplete",
            },
        )
    assert shop.types() == [*before, "payment_method.attached", "customer.updated"]
    assert len(shop.see(subscription)["items"].data) == 1
