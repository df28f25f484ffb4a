"""Checkout: the page on which a customer subscribes, or leaves a card."""

from __future__ import annotations

from starlette.responses import Response

from billing.simulator.api import checkout as sessions
from billing.simulator.api.customers import add_tax_id
from billing.simulator.api.invoiceitems import row_of_price
from billing.simulator.engine import discounting, invoices, payments, starting
from billing.simulator.engine.customers import new_customer
from billing.simulator.pages.cards import BadCard, read_card
from billing.simulator.pages.visit import Visit, redirect
from billing.simulator.params import Params
from billing.simulator.problems import StripeProblem
from billing.simulator.shapes import ADDRESS
from billing.simulator.store import Doc
from billing.simulator.world import World

TAX_IDS = {
    "cn_tin": "Unified social credit code (CN)",
    "eu_vat": "VAT number (EU)",
    "gb_vat": "VAT number (GB)",
    "hk_br": "Business registration (HK)",
    "us_ein": "EIN (US)",
    "jp_cn": "Corporate number (JP)",
    "sg_gst": "GST number (SG)",
    "au_abn": "ABN (AU)",
    "ca_bn": "Business number (CA)",
    "in_gst": "GST number (IN)",
}
COUNTRIES = {
    "CN": "China",
    "HK": "Hong Kong",
    "TW": "Taiwan",
    "US": "United States",
    "GB": "United Kingdom",
    "DE": "Germany",
    "FR": "France",
    "NL": "Netherlands",
    "ES": "Spain",
    "IT": "Italy",
    "JP": "Japan",
    "KR": "South Korea",
    "SG": "Singapore",
    "AU": "Australia",
    "CA": "Canada",
    "IN": "India",
    "BR": "Brazil",
}


def pay(visit: Visit, id: str) -> Response:
    world = visit.world
    session = world.get("checkout.session", id)
    if session["status"] == "complete":
        return redirect(_success(session))
    if session["status"] == "expired":
        return visit.message("This page has expired.", "Go back and begin again.", session["locale"], 410)
    action = visit.form.get("action")
    error = None
    if action == "code":
        error = _apply_code(world, session, visit.form.get("code", ""))
    elif action == "quantity":
        _set_quantities(world, session, visit.form)
    elif action == "pay":
        try:
            return _submit(visit, session)
        except BadCard as problem:
            error = str(problem)
        except StripeProblem as problem:
            error = str(problem)
        session = world.get("checkout.session", id)
    return _show(visit, session, error)


def confirm(visit: Visit, id: str) -> Response:
    """The bank asks the holder; what was typed before waits in the session."""
    world = visit.world
    session = world.get("checkout.session", id)
    if session["status"] != "open" or not session.get("_pending"):
        return redirect(f"/c/pay/{id}")
    action = visit.form.get("action")
    if action == "complete":
        method = world.get("payment_method", session["_pending"]["method"])
        try:
            complete(world, session, method, session["_pending"]["form"], authenticated=True)
        except StripeProblem as problem:
            return _show(visit, world.get("checkout.session", id), str(problem))
        return redirect(_success(world.get("checkout.session", id)))
    if action == "fail":
        session["_pending"] = None
        world.save(session)
        return _show(visit, session, "The card could not be confirmed. Try another one.")
    amount, currency = session["amount_total"], session["currency"]
    return visit.page("authenticate.html", session["locale"], amount=amount, currency=currency)


def _success(session: Doc) -> str:
    return str(session["success_url"]).replace("{CHECKOUT_SESSION_ID}", session["id"])


def _email(world: World, session: Doc) -> str | None:
    customer = world.find("customer", session["customer"])
    return session["customer_email"] or (customer["email"] if customer else None)


def wants_card(session: Doc) -> bool:
    free = session["mode"] == "subscription" and not session["amount_total"]
    return not (free and session["payment_method_collection"] == "if_required")


def _submit(visit: Visit, session: Doc) -> Response:
    world, form = visit.world, visit.form
    email = _email(world, session) or form.get("email", "").strip()
    if "@" not in email:
        raise BadCard("An email address is needed.")
    form = {**form, "email": email}
    method = read_card(world, form, email) if wants_card(session) else None
    kept = {name: form.get(name, "") for name in ("email", "name", "country", "company", "tax_type", "tax_id")}
    if method is not None and payments.card_of(method).ask and not payments.card_of(method).attach:
        session["_pending"] = {"method": method["id"], "form": kept}
        world.save(session)
        return redirect(f"/c/confirm/{session['id']}")
    complete(world, session, method, kept)
    return redirect(_success(world.get("checkout.session", session["id"])))


def complete(
    world: World, session: Doc, method: Doc | None, form: dict[str, str], *, authenticated: bool = False
) -> None:
    """All of it or nothing: the customer, the card, the subscription. Raises StripeProblem when the card is refused."""
    with world.store.trial(keep=True):
        customer = _customer(world, session, form)
        if method is not None:
            if authenticated and payments.card_of(method).ask == "setup":
                method["_set_up"] = True
                world.save(method)
            if session["mode"] == "subscription":
                payments.attach(world, method, customer)
        if session["mode"] == "setup" and method is not None:
            setup = payments.new_setup(world, customer, metadata=session["_data"].get("metadata", {}))
            payments.confirm_setup(world, setup, method, authenticated=authenticated)
            session["setup_intent"] = setup["id"]
        else:
            _subscribe(world, session, customer, method, authenticated=authenticated)
        _close(world, session, customer, form)


def _customer(world: World, session: Doc, form: dict[str, str]) -> Doc:
    customer = world.find("customer", session["customer"])
    fresh = customer is None
    name = form.get("company") or form.get("name") or None
    if customer is None:
        customer = new_customer(world, None, email=form["email"], name=name)
    customer["email"] = customer["email"] or form["email"]
    customer["name"] = customer["name"] or name
    if form.get("country") and customer["address"] is None:
        customer["address"] = {**ADDRESS, "country": form["country"]}
    world.save(customer)
    world.emit("customer.created" if fresh else "customer.updated", customer)
    if session["tax_id_collection"]["enabled"] and form.get("tax_id"):
        add_tax_id(world, customer, form.get("tax_type", "cn_tin"), form["tax_id"].strip())
    return customer


def _subscribe(world: World, session: Doc, customer: Doc, method: Doc | None, *, authenticated: bool) -> None:
    data = session["_data"]
    items, once = [], []
    for item in world.all("item", session["id"]):
        price = world.get("price", item["price"])
        if price["recurring"]:
            items.append(starting.NewItem(price, item["quantity"], item["_rates"], None, item["metadata"] or {}))
        else:
            once.append(item)
    now = world.now(customer["_clock"])
    extra = [row_of_price(world, world.get("price", i["price"]), i["quantity"], session["currency"], now) for i in once]
    values: Doc = {
        "default_payment_method": method["id"] if method else None,
        "description": data.get("description"),
        "metadata": data.get("metadata") or {},
    }
    if data.get("trial_settings"):
        values["trial_settings"] = data["trial_settings"]
    discounts = [
        Params({"promotion_code": d["promotion_code"]} if d["promotion_code"] else {"coupon": d["coupon"]}, "discounts")
        for d in session["_discounts"]
    ]
    subscription = starting.start(
        world,
        customer,
        items,
        currency=session["currency"],
        trial_end=sessions.trial_end(world, session),
        anchor=data.get("anchor"),
        rates=data.get("rates") or [],
        discounts=discounts or None,
        payment_behavior="error_if_incomplete",
        proration_behavior=data.get("proration_behavior") or "create_prorations",
        authenticated=authenticated,
        extra_rows=extra,
        **values,
    )
    session["subscription"] = subscription["id"]
    session["invoice"] = subscription["latest_invoice"]


def _close(world: World, session: Doc, customer: Doc, form: dict[str, str]) -> None:
    paid = session["mode"] == "subscription" and bool(session["amount_total"])
    tax_ids = [{"type": t["type"], "value": t["value"]} for t in world.all("tax_id", customer["id"])]
    session.update(
        collected_information={
            "business_name": form.get("company") or None,
            "individual_name": form.get("name") or None,
            "shipping_details": None,
        },
        customer=customer["id"],
        customer_details={
            "address": customer["address"],
            "business_name": form.get("company") or None,
            "email": customer["email"],
            "individual_name": form.get("name") or None,
            "name": customer["name"],
            "phone": None,
            "tax_exempt": customer["tax_exempt"],
            "tax_ids": tax_ids,
        },
        payment_status="paid" if paid else "no_payment_required",
        status="complete",
        url=None,
        _pending=None,
    )
    world.save(session)
    world.emit("checkout.session.completed", session)


def _apply_code(world: World, session: Doc, code: str) -> str | None:
    found = discounting.code_named(world, code, session["customer"]) if session["allow_promotion_codes"] else None
    if found is None:
        return "This code is invalid."
    session["_discounts"] = [{"coupon": found["promotion"]["coupon"], "promotion_code": found["id"]}]
    session["discounts"] = list(session["_discounts"])
    world.save(session)
    sessions.reckon(world, session)
    return None


def _set_quantities(world: World, session: Doc, form: dict[str, str]) -> None:
    for item in world.all("item", session["id"]):
        limits, text = item["adjustable_quantity"], form.get(f"quantity-{item['id']}", "")
        if limits and limits["enabled"] and text.isdigit():
            item["quantity"] = min(max(int(text), limits["minimum"] or 1), limits["maximum"] or 99)
            world.save(item)
    sessions.reckon(world, session)


def _show(visit: Visit, session: Doc, error: str | None) -> Response:
    world = visit.world
    items = [world.render(item) for item in world.all("item", session["id"])]
    regular: dict[str, int] = {}
    for item in world.all("item", session["id"]):
        price = world.get("price", item["price"])
        if price["recurring"]:
            row = invoices.lines.unit_of(price, session["currency"]) * item["quantity"]
            interval = price["recurring"]["interval"]
            regular[interval] = regular.get(interval, 0) + int(row)
    return visit.page(
        "checkout.html",
        session["locale"],
        402 if error else 200,
        session=session,
        items=items,
        regular=regular,
        trial_end=sessions.trial_end(world, session) if session["mode"] == "subscription" else None,
        email=_email(world, session),
        wants_card=wants_card(session),
        error=error,
        tax_ids=TAX_IDS,
        countries=COUNTRIES,
    )
