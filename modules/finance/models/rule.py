"""Posting rules, and what was posted without one."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from modules.finance.models.account import Account
from modules.finance.models.journal import JournalEntry
from modules.shared.data.models import Party, Product, ProductCategory
from tenon.money.fields import MoneyField
from tenon.records.base import Record


class Event(models.TextChoices):
    """What postings are made of: the kinds of contracts/posting.py, and finance's own documents."""

    GOODS_RECEIPT = "goods_receipt", _("Goods receipt")
    GOODS_RECEIPT_RETURN = "goods_receipt_return", _("Return to the supplier")
    PURCHASE_VARIANCE = "purchase_variance", _("Purchase price variance")
    ACCRUAL_REVERSAL = "accrual_reversal", _("Accrual reversed for the month")
    DELIVERY = "delivery", _("Delivery")
    DELIVERY_RETURN = "delivery_return", _("Return from the customer")
    PRODUCTION_ISSUE = "production_issue", _("Material issued to production")
    PRODUCTION_LABOUR = "production_labour", _("Production labour")
    PRODUCTION_WAGES = "production_wages", _("Wages by what was reported")
    WAGE_DIFFERENCE = "wage_difference", _("Difference of wage slips")
    PRODUCTION_OVERHEAD = "production_overhead", _("Production overhead")
    PRODUCTION_OUTSIDE = "production_outside", _("Work done outside")
    PRODUCTION_RECEIPT = "production_receipt", _("Production receipt")
    PRODUCTION_VARIANCE = "production_variance", _("Production variance")
    STOCK_OPENING = "stock_opening", _("Opening stock")
    STOCK_ADJUSTMENT = "stock_adjustment", _("Stock adjustment")
    STOCK_ROUNDING = "stock_rounding", _("Stock rounding")
    LANDED_COST = "landed_cost", _("Landed cost")
    PRICE_DIFFERENCE = "price_difference", _("Price difference of goods received")
    COST_VARIANCE = "cost_variance", _("Difference that stock does not bear")
    CONSUMPTION_VARIANCE = "consumption_variance", _("Late cost of material consumed")
    STOCK_REVALUATION = "stock_revaluation", _("Revaluation of stock")
    TRANSIT_LOSS = "transit_loss", _("Loss in transit")
    REPACKING = "repacking", _("Repacking")
    OUTBOUND_FREIGHT = "outbound_freight", _("Freight to the customer")
    SALES_REVENUE = "sales_revenue", _("Sales revenue")
    SALES_FREIGHT = "sales_freight", _("Freight charged to the customer")
    SALES_TAX = "sales_tax", _("Output tax")
    PURCHASE_GOODS = "purchase_goods", _("Purchase of goods received")
    PURCHASE_EXPENSE = "purchase_expense", _("Purchase of services and other things")
    PURCHASE_FREIGHT = "purchase_freight", _("Freight charged by the supplier")
    PURCHASE_TAX = "purchase_tax", _("Input tax")
    SALES_DISCOUNT = "sales_discount", _("Cash discount given")
    SALES_DISCOUNT_TAX = "sales_discount_tax", _("Tax share of a cash discount given")
    SALES_SMALL_DIFFERENCE = "sales_small_diff", _("Small difference of a customer")
    SALES_BAD_DEBT = "sales_bad_debt", _("Bad debt")
    SALES_RECOVERY = "sales_recovery", _("Bad debt recovered")
    PURCHASE_DISCOUNT = "purchase_discount", _("Cash discount taken")
    PURCHASE_DISCOUNT_TAX = "purchase_discount_tax", _("Tax share of a cash discount taken")
    PURCHASE_SMALL_DIFFERENCE = "purchase_small_diff", _("Small difference of a supplier")
    CUSTOMER_PAYMENT = "customer_payment", _("Payment received")
    SUPPLIER_PAYMENT = "supplier_payment", _("Payment made")
    CANCELLATION_INCOME = "cancellation_income", _("Cancellation charged to the customer")
    CANCELLATION_COST = "cancellation_cost", _("Cancellation charged by the supplier")
    EXCHANGE_DIFFERENCE = "exchange_difference", _("Exchange difference")


# Without a rule the tax of a discount stays where the invoice put it, as in China: only some countries share it.
OPTIONAL_EVENTS = frozenset({Event.SALES_DISCOUNT_TAX, Event.PURCHASE_DISCOUNT_TAX})


class PostingRule(Record):
    """Which accounts an event uses (凭证模板). The most particular rule wins: the product's category (or the nearest
    above it), then whether the product is made or bought, then the general one."""

    event = models.CharField(_("event"), max_length=24, choices=Event.choices)
    category = models.ForeignKey(
        ProductCategory, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("product category")
    )
    product_source = models.CharField(
        _("product source"), max_length=4, blank=True, default="", choices=[("", _("Any")), *Product.Source.choices]
    )
    debit_account = models.ForeignKey(Account, models.PROTECT, related_name="+", verbose_name=_("debit account"))
    credit_account = models.ForeignKey(Account, models.PROTECT, related_name="+", verbose_name=_("credit account"))

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("posting rule")
        verbose_name_plural = _("posting rules")
        constraints = [
            models.UniqueConstraint(
                fields=["event", "category", "product_source"], nulls_distinct=False, name="finance_postingrule_once"
            )
        ]

    def __str__(self) -> str:
        return self.get_event_display()


class SuspenseItem(Record):
    """Something that was posted to the suspense account because no rule fitted (待处理过账): the accountant's desk.
    Resolving posts it over to the right accounts."""

    class Status(models.TextChoices):
        OPEN = "open", _("To resolve")
        RESOLVED = "resolved", _("Resolved")

    entry = models.ForeignKey(JournalEntry, models.PROTECT, related_name="+", verbose_name=_("journal entry"))
    event = models.CharField(_("event"), max_length=24, choices=Event.choices)
    product = models.ForeignKey(
        Product, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("product")
    )
    party = models.ForeignKey(Party, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("party"))
    amount = MoneyField(_("amount"))
    status = models.CharField(_("status"), max_length=8, choices=Status.choices, default=Status.OPEN)
    resolved_by_entry = models.ForeignKey(
        JournalEntry, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("resolved by")
    )

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("suspense item")
        verbose_name_plural = _("suspense items")
        indexes = [models.Index(fields=["status", "-id"], name="finance_suspenseitem_status")]

    def __str__(self) -> str:
        return f"{self.get_event_display()} {self.amount}"
