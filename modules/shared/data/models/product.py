"""Products and their categories."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Concat
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from modules.shared.data.models.tax import Tax
from modules.shared.data.models.unit import Unit
from tenon.money.fields import PercentField, QuantityField, UnitCostField
from tenon.records.base import Record
from tenon.records.indexes import SearchText, TrigramIndex


class ProductCategory(Record):
    """A node of the category tree (产品分类)."""

    name = models.CharField(_("name"), max_length=120)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("parent category")
    )

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("product category")
        verbose_name_plural = _("product categories")
        constraints = [
            models.UniqueConstraint(fields=["parent", "name"], nulls_distinct=False, name="data_product_category_name"),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")), name="data_product_category_self"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Product(Record):
    """Something bought, made, kept or sold (产品/物料). Stock is kept and costed in `unit`.

    Goods whose pieces vary in weight (变重商品) are kept in two quantities that do not follow from one another: `unit`
    counts them, `second_unit` weighs them, and their value goes by the weight (docs/adr/0020). `second_nominal` is what
    one piece weighs as a rule: expected amounts, and with `second_tolerance` what is taken for a slip of the hand;
    stock is never figured from it. `priced_by_second`: prices are per `second_unit`."""

    class Kind(models.TextChoices):
        GOODS = "goods", _("Goods")
        SERVICE = "service", _("Service")

    class Source(models.TextChoices):
        MAKE = "make", _("Made")
        BUY = "buy", _("Bought")

    class Tracking(models.TextChoices):
        NONE = "none", _("Not tracked")
        LOT = "lot", _("By lot")
        SERIAL = "serial", _("By serial number")

    class CostMethod(models.TextChoices):
        AVERAGE = "average", _("Moving average")
        FIFO = "fifo", _("First in, first out")
        STANDARD = "standard", _("Standard cost")

    code = models.CharField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=200)
    name_zh = models.CharField(_("name (Chinese)"), max_length=200, blank=True, default="")
    category = models.ForeignKey(
        ProductCategory, models.PROTECT, null=True, blank=True, related_name="products", verbose_name=_("category")
    )
    # What references show: a code alone says nothing, a name alone not which one.
    label = models.GeneratedField(
        expression=Concat("name", models.Value(" · "), "code"),
        output_field=models.CharField(max_length=270, verbose_name=_("product")),
        db_persist=True,
        verbose_name=_("product"),
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices, default=Kind.GOODS)
    source = models.CharField(_("source"), max_length=4, choices=Source.choices, default=Source.BUY)
    tracking = models.CharField(_("tracking"), max_length=6, choices=Tracking.choices, default=Tracking.NONE)
    cost_method = models.CharField(
        _("cost method"), max_length=8, choices=CostMethod.choices, default=CostMethod.AVERAGE
    )
    standard_cost = UnitCostField(_("standard cost"), null=True, blank=True)
    list_price = UnitCostField(_("list price"), null=True, blank=True)
    lead_time_days = models.PositiveIntegerField(_("lead time (working days)"), default=0)
    safety_stock = QuantityField(_("safety stock"), default=0)
    reorder_point = QuantityField(_("reorder point"), default=0)
    order_min = QuantityField(_("minimum order"), null=True, blank=True)
    order_multiple = QuantityField(_("order multiple"), null=True, blank=True)
    order_max = QuantityField(_("maximum order"), null=True, blank=True)
    tax = models.ForeignKey(Tax, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("tax"))
    is_saleable = models.BooleanField(_("for sale"), default=True)
    is_purchasable = models.BooleanField(_("for purchase"), default=True)
    is_active = models.BooleanField(_("active"), default=True)
    color = models.CharField(_("colour"), max_length=40, blank=True, default="")
    size = models.CharField(pgettext_lazy("product", "size"), max_length=40, blank=True, default="")
    weight = QuantityField(_("weight"), null=True, blank=True)
    weight_unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("weight unit")
    )
    sell_from = models.DateField(_("sold from"), null=True, blank=True)
    sell_until = models.DateField(_("sold until"), null=True, blank=True)
    barcode = models.CharField(_("barcode"), max_length=60, blank=True, default="")
    second_unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("second unit"),
        help_text=_("For goods whose pieces vary: they are counted in the unit and weighed in this one."),
    )  # fmt: skip
    second_nominal = QuantityField(
        _("usual weight of a piece"), null=True, blank=True,
        help_text=_("In the second unit; expected amounts of orders go by it, stock never does."),
    )  # fmt: skip
    second_tolerance = PercentField(
        _("may differ by %"), null=True, blank=True,
        help_text=_("What weighs more or less than usual by more than this is refused as a mistake."),
    )  # fmt: skip
    priced_by_second = models.BooleanField(_("priced per second unit"), default=False, db_default=False)
    search_text = SearchText(fields=["code", "name", "name_zh", "barcode"])

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("product")
        verbose_name_plural = _("products")
        constraints = [
            models.UniqueConstraint(fields=["barcode"], condition=~Q(barcode=""), name="data_product_barcode"),
            models.CheckConstraint(condition=Q(safety_stock__gte=0, reorder_point__gte=0), name="data_product_levels"),
            models.CheckConstraint(
                condition=(Q(order_min__isnull=True) | Q(order_min__gte=0))
                & (Q(order_multiple__isnull=True) | Q(order_multiple__gt=0))
                & (Q(order_max__isnull=True) | Q(order_max__gte=0)),
                name="data_product_order_sizes",
            ),
            models.CheckConstraint(
                condition=(Q(standard_cost__isnull=True) | Q(standard_cost__gte=0))
                & (Q(list_price__isnull=True) | Q(list_price__gte=0)),
                name="data_product_prices",
            ),
            models.CheckConstraint(
                condition=Q(sell_from__isnull=True) | Q(sell_until__isnull=True) | Q(sell_until__gte=F("sell_from")),
                name="data_product_sold_days",
            ),
            models.CheckConstraint(
                condition=Q(
                    second_unit__isnull=True,
                    second_nominal__isnull=True,
                    second_tolerance__isnull=True,
                    priced_by_second=False,
                )
                | Q(second_unit__isnull=False, second_nominal__gt=0, kind="goods")
                & ~Q(second_unit=F("unit"))
                & (Q(second_tolerance__isnull=True) | Q(second_tolerance__gt=0, second_tolerance__lt=100)),
                name="data_product_second_unit",
            ),
        ]
        indexes = [
            TrigramIndex(fields=["search_text"], name="data_product_search_text"),
            # Lists of what refers to products are ordered by it: stock, moves, costs.
            models.Index(fields=["label"], name="data_product_label"),
        ]

    def __str__(self) -> str:
        return f"{self.name} · {self.code}"
