"""Units of measure and exact conversions between them."""

from __future__ import annotations

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tenon.records.base import Record


class Unit(Record):
    """A unit of measure (计量单位). Quantities in it are multiples of its step, 10^-decimals: whole pieces, grams."""

    code = models.CharField(_("code"), max_length=20, unique=True)
    name = models.CharField(_("name"), max_length=60)
    name_zh = models.CharField(_("name (Chinese)"), max_length=60, blank=True, default="")
    decimals = models.PositiveSmallIntegerField(_("decimals"), default=0, validators=[MaxValueValidator(6)])

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        constraints = [models.CheckConstraint(condition=Q(decimals__lte=6), name="data_unit_decimals")]

    def __str__(self) -> str:
        return self.code


class UnitConversion(Record):
    """How much of `to_unit` one `from_unit` is: numerator / denominator, an exact fraction (单位换算).
    With a product it holds for that product alone (a box of these screws) and goes before the general one."""

    product = models.ForeignKey(
        "data.Product",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="unit_conversions",
        verbose_name=_("product"),
    )
    from_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("from unit"))
    to_unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("to unit"))
    numerator = models.BigIntegerField(_("numerator"))
    denominator = models.BigIntegerField(_("denominator"), default=1)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("unit conversion")
        verbose_name_plural = _("unit conversions")
        constraints = [
            models.UniqueConstraint(
                fields=["product", "from_unit", "to_unit"], nulls_distinct=False, name="data_unit_conversion_once"
            ),
            models.CheckConstraint(
                condition=Q(numerator__gt=0, denominator__gt=0), name="data_unit_conversion_positive"
            ),
            models.CheckConstraint(condition=~Q(from_unit=F("to_unit")), name="data_unit_conversion_two_units"),
        ]

    def __str__(self) -> str:
        return f"{self.from_unit} → {self.to_unit}"
