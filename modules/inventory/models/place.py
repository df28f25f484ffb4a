"""Warehouses and the tree of places."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from modules.shared.data.models import Party
from tenon.money.fields import QuantityField
from tenon.records.base import Record


class Warehouse(Record):
    """A site that keeps stock (仓库). Receipts go to its `stock_place` unless they say otherwise."""

    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=120)
    name_zh = models.CharField(_("name (Chinese)"), max_length=120, blank=True, default="")
    address = models.TextField(_("address"), blank=True, default="")
    stock_place = models.ForeignKey(
        "inventory.Location", models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("place for receipts"),
    )  # fmt: skip
    is_active = models.BooleanField(_("active"), default=True)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("warehouse")
        verbose_name_plural = _("warehouses")
        indexes = [models.Index(fields=["name"], name="inventory_warehouse_name")]  # lists are ordered by it

    def __str__(self) -> str:
        return self.name


class Location(Record):
    """A place that goods move from and to (库位). Only places of the holding kinds have balances; the others are the
    far side of a move: where goods come from and go to. `path` is the ids from the root, `/1/4/9/`, kept by the
    services."""

    class Kind(models.TextChoices):
        STOCK = "stock", _("Stock")
        QUARANTINE = "quarantine", _("Quarantine")
        TRANSIT = "transit", _("In transit")
        SUPPLIER = "supplier", _("Suppliers")
        CUSTOMER = "customer", _("Customers")
        PRODUCTION = "production", _("Production")
        SCRAP = "scrap", _("Scrap")
        SUBCONTRACTOR = "subcontractor", _("Subcontractors")
        INVENTORY = "inventory", _("Stock differences")
        CONSIGNED = "consigned", _("Ours, at a customer's")
        CUSTODY = "custody", _("Kept for its owner")

    class Purpose(models.TextChoices):
        """What people do at a stock place."""

        NONE = "", _("Any")
        RECEIVING = "receiving", _("Receiving dock")
        STORAGE = "storage", _("Storage area")
        PICKING = "picking", _("Picking face")
        PACKING = "packing", _("Packing")
        SHIPPING = "shipping", _("Shipping dock")

    code = models.CharField(_("code"), max_length=120, unique=True)
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices, default=Kind.STOCK)
    warehouse = models.ForeignKey(
        Warehouse, models.PROTECT, null=True, blank=True, related_name="places", verbose_name=_("warehouse")
    )
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("within")
    )
    party = models.ForeignKey(
        Party, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("partner"),
        help_text=_("At whose site our goods lie, or whose goods lie here."),
    )  # fmt: skip
    path = models.CharField(max_length=255, blank=True, default="", editable=False)
    purpose = models.CharField(
        _("used for"), max_length=9, choices=Purpose.choices, blank=True, default="", db_default=""
    )
    capacity = QuantityField(
        _("capacity"), null=True, blank=True,
        help_text=_("About how many stock units fit; a full place is no longer proposed."),
    )  # fmt: skip
    pick_order = models.PositiveIntegerField(
        _("picking order"), default=100, help_text=_("Goods are taken from lower numbers first.")
    )
    allows_negative = models.BooleanField(
        _("negative stock allowed"), default=False, db_default=False,
        help_text=_("Goods may be booked out before they are booked in; their cost is corrected when they come."),
    )  # fmt: skip
    is_active = models.BooleanField(_("active"), default=True)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("place")
        verbose_name_plural = _("places")
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind__in=("stock", "quarantine")) | Q(warehouse__isnull=False),
                name="inventory_location_warehouse",
                violation_error_message=_("A stock place belongs to a warehouse."),
            ),
            models.CheckConstraint(
                condition=Q(allows_negative=False) | Q(kind="stock"), name="inventory_location_negative"
            ),
            models.CheckConstraint(condition=Q(purpose="") | Q(kind="stock"), name="inventory_location_purpose"),
            models.CheckConstraint(
                condition=Q(capacity__isnull=True) | Q(capacity__gt=0),
                name="inventory_location_capacity",
                violation_error_message=_("The quantity must be greater than zero."),
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=("consigned", "custody")) | Q(party__isnull=False),
                name="inventory_location_party",
                violation_error_message=_("Say whose place or goods this is."),
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")), name="inventory_location_self"
            ),
        ]
        indexes = [
            models.Index(fields=["path"], name="inventory_location_path", opclasses=["text_pattern_ops"]),
            models.Index(fields=["kind"], name="inventory_location_kind"),
            models.Index(fields=["warehouse", "purpose"], condition=~Q(purpose=""), name="inventory_location_purposes"),
        ]

    def __str__(self) -> str:
        return self.name if self.parent_id is None else self.code


# Places of these kinds have balances. What lies in quarantine, in transit, at a customer's or a subcontractor's is
# ours, but nobody may reserve or pick it; what is kept for its owner (寄售) has a quantity and no value.
HOLDING = (
    Location.Kind.STOCK, Location.Kind.QUARANTINE, Location.Kind.TRANSIT, Location.Kind.CONSIGNED,
    Location.Kind.SUBCONTRACTOR, Location.Kind.CUSTODY,
)  # fmt: skip
VALUED = HOLDING[:-1]
