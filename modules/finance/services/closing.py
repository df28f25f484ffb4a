"""Closing periods and opening them again."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from modules.finance.errors import PeriodNotReady
from modules.finance.models import Invoice, Period, SuspenseItem
from modules.finance.selectors.year_end import year_standing
from modules.finance.services.accruals import accruals_turn
from modules.finance.services.periods import AREAS
from tenon.access.actor import Actor
from tenon.problems import Invalid, StateRefused
from tenon.records.service import service


@service("finance.period.close")
def period_close(*, actor: Actor, period: Period, soft: bool = False) -> Period:
    """Closes a period, or closes it softly. What was received and not invoiced stands accrued at its end. Raises
    StateRefused, PeriodNotReady with what is left to do."""
    period = Period.objects.select_for_update().get(pk=period.pk)
    target = Period.Status.SOFT if soft else Period.Status.CLOSED
    if period.status == Period.Status.CLOSED or period.status == target:
        raise StateRefused(_("The period is closed already"))
    if target == Period.Status.CLOSED:
        if Period.objects.filter(ends_on__lt=period.starts_on).exclude(status=Period.Status.CLOSED).exists():
            raise StateRefused(_("Close the earlier periods first"))
        findings = close_findings(period)
        if findings:
            raise PeriodNotReady(" · ".join(str(f) for f in findings), findings=[str(f) for f in findings])
        accruals_turn(actor=actor, period=period)
    period.status = target
    period.save(update_fields={"status"})
    return period


@service("finance.period.close")
def period_close_soft(*, actor: Actor, period: Period) -> Period:
    """open → soft: from now on only who may post to softly closed periods does. Raises StateRefused."""
    return period_close(actor=actor, period=period, soft=True)


@service("finance.period.close")
def period_area_set(*, actor: Actor, period: Period, area: str, state: str) -> Period:
    """Closes one module of a period before the rest (`area`: stock, receivable, payable, bank), or opens it again
    (which needs finance.period.open). Raises StateRefused when the whole period is closed, Invalid, Forbidden."""
    if area not in AREAS:
        raise Invalid.field("area", _("This is not one of the choices"), "choice")
    if state not in Period.Status.values:
        raise Invalid.field("state", _("This is not one of the choices"), "choice")
    period = Period.objects.select_for_update().get(pk=period.pk)
    if period.status == Period.Status.CLOSED:
        raise StateRefused(_("The period is closed already"))
    if state == Period.Status.OPEN:
        actor.require("finance.period.open")
    setattr(period, area, state)
    period.save(update_fields={area})
    return period


def close_findings(period: Period) -> list[str]:
    """What is left to do before the period can be closed."""
    out = []
    drafts = Invoice.objects.filter(
        status=Invoice.Status.DRAFT, issued_on__gte=period.starts_on, issued_on__lte=period.ends_on
    ).count()
    if drafts:
        out.append(_("Draft invoices in the period: %(count)s") % {"count": drafts})
    suspense = SuspenseItem.objects.filter(
        status=SuspenseItem.Status.OPEN, entry__entry_date__lte=period.ends_on
    ).count()
    if suspense:
        out.append(_("Postings that await an account: %(count)s") % {"count": suspense})
    year = period.year
    if period.ends_on == year.ends_on and year_standing(year):
        out.append(_("The profit of %(year)s is not carried forward: close the year") % {"year": year.name})
    return [str(x) for x in out]


@service("finance.period.open")
def period_open(*, actor: Actor, period: Period, reason: str = "") -> Period:
    """Opens a period again, with all its modules; the trail says who did, and why. Raises StateRefused while a later
    one is closed."""
    period = Period.objects.select_for_update().get(pk=period.pk)
    if period.status == Period.Status.OPEN:
        raise StateRefused(_("The period is open already"))
    if Period.objects.filter(starts_on__gt=period.ends_on, status=Period.Status.CLOSED).exists():
        raise StateRefused(_("Open the later periods first"))
    period.status, period.reopen_reason = Period.Status.OPEN, reason[:300]
    for area in AREAS:
        setattr(period, area, Period.Status.OPEN)
    period.save(update_fields={"status", "reopen_reason", *AREAS})
    return period
