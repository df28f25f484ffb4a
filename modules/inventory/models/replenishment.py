"""Replenishment: how much of a product shall be in a warehouse, and where it falls short."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from modules.inventory.models.place import Warehouse
from modules.shared.data.models import Product
from tenon.money.fields import PercentField, QuantityField
from tenon.records.base import Record


class ReplenishmentPolicy(Record):
    """How a product is replenished in a warehouse (补货策略). What is entered wins over what is computed from demand
    and lead times; both stay visible. Of order sizes, what is empty is the product's own."""

    product = models.ForeignKey(Product, models.PROTECT, related_name="+", verbose_name=_("product"))
    warehouse = models.ForeignKey(Warehouse, models.PROTECT, related_name="+", verbose_name=_("warehouse"))
    service_level = PercentField(
        _("service level, %"),
        default=Decimal(95),
        help_text=_("In so many order cycles of a hundred nothing is short."),
    )
    minimum = QuantityField(
        _("reorder point"), null=True, blank=True, help_text=_("Empty: as computed, else the product's own.")
    )
    maximum = QuantityField(
        _("fill up to"), null=True, blank=True, help_text=_("0: exactly what is missing. Empty: as computed.")
    )
    cover_days = models.PositiveIntegerField(
        _("order covers … days"), default=30, help_text=_("For the computed filling.")
    )
    order_min = QuantityField(_("minimum order"), null=True, blank=True)
    order_multiple = QuantityField(_("order multiple"), null=True, blank=True)
    order_max = QuantityField(_("maximum order"), null=True, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    daily_demand = QuantityField(_("demand a day"), null=True, blank=True, editable=False)
    daily_deviation = QuantityField(_("deviation of demand"), null=True, blank=True, editable=False)
    lead_days = QuantityField(_("lead time (days)"), null=True, blank=True, editable=False)
    lead_deviation = QuantityField(_("deviation of lead time"), null=True, blank=True, editable=False)
    lead_receipts = models.PositiveIntegerField(_("receipts behind it"), default=0, editable=False)
    computed_safety = QuantityField(_("computed safety stock"), null=True, blank=True, editable=False)
    computed_point = QuantityField(_("computed reorder point"), null=True, blank=True, editable=False)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("replenishment policy")
        verbose_name_plural = _("replenishment policies")
        constraints = [
            models.UniqueConstraint(fields=["product", "warehouse"], name="inventory_policy_once"),
            models.CheckConstraint(
                condition=Q(service_level__gte=50, service_level__lte=Decimal("99.99")),
                name="inventory_policy_service",
                violation_error_message=_("A service level lies between 50 and 99.99 %."),
            ),
            models.CheckConstraint(
                condition=(Q(minimum__isnull=True) | Q(minimum__gte=0))
                & (Q(maximum__isnull=True) | Q(maximum=0) | Q(minimum__isnull=True) | Q(maximum__gte=F("minimum")))
                & (Q(maximum__isnull=True) | Q(maximum__gte=0))
                & (Q(order_min__isnull=True) | Q(order_min__gte=0))
                & (Q(order_multiple__isnull=True) | Q(order_multiple__gt=0))
                & (Q(order_max__isnull=True) | Q(order_max__gt=0)),
                name="inventory_policy_levels",
                violation_error_message=_("The filling is not below the reorder point, and no level below nothing."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product} @ {self.warehouse}"


class ReplenishmentAlert(Record):
    """A product fell below its reorder point in a warehouse (补货预警). One until it is resolved: by itself, when the
    projection is fine again."""

    policy = models.ForeignKey(
        ReplenishmentPolicy, models.CASCADE, related_name="alerts", verbose_name=_("replenishment policy")
    )
    raised_at = models.DateTimeField(_("raised at"))
    projected = QuantityField(_("projected stock"))
    point = QuantityField(_("reorder point"))
    resolved_at = models.DateTimeField(_("resolved at"), null=True, blank=True)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("replenishment alert")
        verbose_name_plural = _("replenishment alerts")
        constraints = [
            models.UniqueConstraint(
                fields=["policy"], condition=Q(resolved_at__isnull=True), name="inventory_alert_one_open"
            )
        ]

    def __str__(self) -> str:
        return str(self.policy)
