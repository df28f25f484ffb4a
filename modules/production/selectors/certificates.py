"""What stands on the certificate of an inspection, in the language of who reads it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from decimal import Decimal

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from modules.production.models import Inspection, InspectionCheck
from modules.production.models.quality import Stage
from modules.production.rules.certificate import Certificate, Line
from modules.production.rules.inspection import Check
from tenon.tenancy.context import current

CHINESE = "zh-hans"
SHOWN = 12  # readings that are printed one by one; of more the lowest and the highest
CERTIFIED = (Inspection.Status.ACCEPTED, Inspection.Status.CONCEDED)


def certificates(inspections: Iterable[Inspection], language: str, lot: str = "") -> list[Certificate]:
    """Of those that were taken; `lot` names the one that the reader gets."""
    with translation.override(language):
        return [_certificate(one, language == CHINESE, lot) for one in inspections if one.status in CERTIFIED]


def certificates_of(lots: Collection[tuple[int, str]], language: str) -> list[Certificate]:
    """Of each lot that was inspected before it went out: of made goods the final inspection, of bought ones the
    incoming one; the last that took it. Three queries."""
    rows = Inspection.objects.filter(
        status__in=CERTIFIED, product_id__in={p for p, _n in lots}, numbers__overlap=[number for _p, number in lots]
    ).exclude(stage=Stage.IN_PROCESS)
    rows = rows.select_related("plan", "product__unit", "judged_by").prefetch_related("checks")
    last = {(one.product_id, number): one for one in rows.order_by("pk") for number in one.numbers}
    return [page for key in lots if key in last for page in certificates([last[key]], language, key[1])]


def _certificate(one: Inspection, chinese: bool, lot: str) -> Certificate:
    product = one.product
    facts = (
        (_("Product"), f"{product.code}  {(product.name_zh if chinese else '') or product.name}"),
        (_("Lot"), lot or one.lot),
        (_("Quantity"), f"{_plain(one.quantity)} {product.unit.code}"),
        (_("Looked at"), _("%(size)s pieces, %(accept)s of them may be bad") % {
            "size": one.sample_size, "accept": one.accept,
        }),
        (_("Sampling"), _sampling(one)),
        (_("Judged on"), one.judged_on.isoformat() if one.judged_on else ""),
        (_("Came with"), one.source_label),
    )  # fmt: skip
    return Certificate(
        company=current().name,
        title=_("Certificate of analysis"),
        number=one.number,
        facts=tuple(fact for fact in facts if fact[1]),
        heads=(_("Characteristic"), pgettext("certificate", "Limits"), pgettext("inspection", "Found"), _("Verdict")),
        lines=tuple(_line(check, one.sample_size) for check in one.checks.all()),
        verdict=(_("Verdict"), str(Inspection.Status(one.status).label)),
        remark=one.deviation,
        signatures=(
            f"{_('Inspected by')}: {one.judged_by.name if one.judged_by else ''}",
            _("Quality department, date"),
        ),
        chinese=chinese,
    )


def _sampling(one: Inspection) -> str:
    if one.letter:
        return f"ISO 2859-1, AQL {one.plan.aql}, {one.letter}, {one.get_severity_display()}"
    return str(one.plan.get_sampling_display())


def _line(check: InspectionCheck, size: int) -> Line:
    measured = check.kind == "measured"
    bad = Check(measured, check.lower, check.upper, check.values, check.bad_pieces).bad()
    values = list(check.values or ())
    if not measured:
        found = _("%(bad)s bad of %(size)s") % {"bad": len(bad), "size": size}
    elif len(values) <= SHOWN:
        found = "  ".join(_plain(value) for value in values)
    else:
        found = f"{_plain(min(values))} … {_plain(max(values))}  (n = {len(values)})"
    verdict = pgettext("certificate", "conforms") if not bad else pgettext("certificate", "does not conform")
    return Line(check.name, _limits(check), found, verdict, not bad)


def _limits(check: InspectionCheck) -> str:
    if check.kind != "measured":
        return ""
    lower, upper = check.lower, check.upper
    if lower is not None and upper is not None:
        words = f"{_plain(lower)} – {_plain(upper)}"
    else:
        words = f"≥ {_plain(lower)}" if lower is not None else f"≤ {_plain(upper or Decimal(0))}"
    return f"{words} {check.unit}".strip()


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"
