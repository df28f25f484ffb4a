"""What goes in and out."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from billing.catalogue.catalogue import CURRENCIES, INTERVALS, MOST_SEATS
from tenants.api.modules import ImpactOutput, LimitInUseOutput
from tenon.api.results import results_of


class Keys(serializers.ListField):
    child = serializers.CharField(max_length=60)


class PlanInput(serializers.Serializer[Any]):
    modules = Keys(allow_empty=True, max_length=50)
    seats = serializers.IntegerField(min_value=1, max_value=MOST_SEATS)
    interval = serializers.ChoiceField(choices=INTERVALS)
    coupon = serializers.CharField(max_length=80, required=False, allow_blank=True, default="")


class CheckoutInput(PlanInput):
    modules = Keys(allow_empty=False, max_length=50)
    currency = serializers.ChoiceField(choices=CURRENCIES, required=False, allow_blank=True, default="")
    after_trial = serializers.BooleanField(required=False, default=False)
    by_invoice = serializers.BooleanField(required=False, default=False)


class ChangeInput(PlanInput):
    proration_date = serializers.IntegerField(min_value=0)


class UrlOutput(serializers.Serializer[Any]):
    url = serializers.CharField(allow_blank=True)


class ItemOutput(serializers.Serializer[Any]):
    key = serializers.CharField()
    title = serializers.CharField()
    seats = serializers.IntegerField()
    unit_amount = serializers.DecimalField(max_digits=16, decimal_places=2)


class NextPlanOutput(serializers.Serializer[Any]):
    modules = Keys()
    seats = serializers.IntegerField()
    interval = serializers.CharField()


class RaisedOutput(serializers.Serializer[Any]):
    """A limit that was raised for this company: by how much beyond the plan, since and until when, and why."""

    given = serializers.IntegerField(help_text="What the plan gives")
    since = serializers.DateTimeField()
    until = serializers.DateTimeField(allow_null=True)
    reason = serializers.CharField()


class CompanyLimitOutput(LimitInUseOutput):
    raised = RaisedOutput(allow_null=True)


class DisputeOutput(serializers.Serializer[Any]):
    """A payment that the bank took back and that is owed again."""

    amount = serializers.DecimalField(max_digits=16, decimal_places=2)
    currency = serializers.CharField()
    at = serializers.DateTimeField()
    lost = serializers.BooleanField(help_text="The bank has decided for the cardholder")


class CardOutput(serializers.Serializer[Any]):
    brand = serializers.CharField()
    last4 = serializers.CharField()
    month = serializers.CharField(help_text="The last month in which it is good, YYYY-MM")
    state = serializers.ChoiceField(choices=["", "soon", "expired"], allow_blank=True)


class DroppedOutput(serializers.Serializer[Any]):
    key = serializers.CharField()
    title = serializers.CharField()
    until = serializers.DateTimeField()


class StatusOutput(serializers.Serializer[Any]):
    standing = serializers.CharField()
    until = serializers.DateTimeField(allow_null=True)
    trial_until = serializers.DateTimeField(allow_null=True)
    subscribed = serializers.BooleanField()
    currency = serializers.CharField()
    interval = serializers.CharField()
    seats = serializers.IntegerField(allow_null=True)
    members = serializers.IntegerField()
    items = ItemOutput(many=True)
    total = serializers.DecimalField(max_digits=16, decimal_places=2)
    period_end = serializers.DateTimeField(allow_null=True)
    paid_from = serializers.DateTimeField(allow_null=True)
    next_plan = NextPlanOutput(allow_null=True)
    by_invoice = serializers.BooleanField()
    card = CardOutput(allow_null=True)
    disputes = DisputeOutput(many=True)
    limits = CompanyLimitOutput(many=True)
    dropped = DroppedOutput(many=True)
    suspended_by_staff = serializers.BooleanField()
    available = serializers.BooleanField()


class PriceOutput(serializers.Serializer[Any]):
    currency = serializers.CharField()
    month = serializers.DecimalField(max_digits=16, decimal_places=2)
    year = serializers.DecimalField(max_digits=16, decimal_places=2)


class OfferFeature(serializers.Serializer[Any]):
    key = serializers.CharField()
    title = serializers.CharField()


class OfferOutput(serializers.Serializer[Any]):
    key = serializers.CharField()
    title = serializers.CharField()
    description = serializers.CharField()
    icon = serializers.CharField()
    is_bundle = serializers.BooleanField()
    modules = Keys()
    features = OfferFeature(many=True)
    prices = PriceOutput(many=True)


class CatalogueOutput(serializers.Serializer[Any]):
    currency = serializers.CharField()
    currencies = Keys()
    invoice_days = serializers.IntegerField()
    offers = OfferOutput(many=True)


class LineOutput(serializers.Serializer[Any]):
    text = serializers.CharField()
    amount = serializers.DecimalField(max_digits=16, decimal_places=2)


class PreviewOutput(serializers.Serializer[Any]):
    currency = serializers.CharField()
    due_now = serializers.DecimalField(max_digits=16, decimal_places=2)
    lines = LineOutput(many=True)
    proration_date = serializers.IntegerField()
    next_at = serializers.DateTimeField(allow_null=True)
    next_total = serializers.DecimalField(max_digits=16, decimal_places=2)
    ends = Keys()
    ends_at = serializers.DateTimeField(allow_null=True)
    impact = ImpactOutput(many=True)
    over = LimitInUseOutput(many=True)
    whole_ends = serializers.BooleanField()


class InvoiceOutput(serializers.Serializer[Any]):
    id = serializers.CharField()
    number = serializers.CharField(allow_blank=True)
    status = serializers.CharField()
    date = serializers.DateTimeField()
    due = serializers.DateTimeField(allow_null=True)
    currency = serializers.CharField()
    total = serializers.DecimalField(max_digits=16, decimal_places=2)
    open = serializers.DecimalField(max_digits=16, decimal_places=2)
    page = serializers.CharField(allow_blank=True)
    pdf = serializers.CharField(allow_blank=True)


InvoicesOutput = results_of(InvoiceOutput, "InvoicesOutput")


class PaidOutput(serializers.Serializer[Any]):
    paid = serializers.IntegerField()


class PersonOutput(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    email = serializers.CharField(allow_blank=True)
    me = serializers.BooleanField()


PeopleOutput = results_of(PersonOutput, "PeopleOutput")


class StayInput(serializers.Serializer[Any]):
    stay = serializers.ListField(child=serializers.IntegerField(), allow_empty=False, max_length=MOST_SEATS)
