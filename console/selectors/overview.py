"""How the installation is, on one page: few queries, whatever the number of companies."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db.models import Count, Min, Q
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import ngettext

from billing.models import StripeEvent
from console.selectors.queues import Queue, queues
from tenants.models import SupportSession, Tenant
from tenon.events.dispatcher import lag
from tenon.events.models import Delivery
from tenon.jobs.schedules import _LAST as LAST_MINUTE
from tenon.tenancy.models import Slot
from tenon.tenancy.schemas import fingerprint

STUCK = timedelta(minutes=2)  # a company that is being set up for longer is not
LAG = (30, 300)  # seconds: look, act
QUEUE = (60, 900)
SILENT = timedelta(minutes=3)  # the scheduler says something every minute
TONES = ("bad", "warn")


@dataclass(frozen=True)
class Alert:
    """`tone`: bad, somebody is hindered now; warn, will be."""

    tone: str
    text: str
    link: str  # name of a page of the console


@dataclass
class Overview:
    states: dict[str, int] = field(default_factory=dict)
    new_today: int = 0
    trials_ending: int = 0
    stuck: int = 0
    pool: dict[str, int] = field(default_factory=dict)
    behind: int = 0
    lag: float = 0.0
    dead: int = 0
    due: int = 0
    stripe_dead: int = 0
    stripe_oldest: float | None = None
    queues: list[Queue] = field(default_factory=list)
    scheduler: float | None = None
    support: int = 0
    alerts: list[Alert] = field(default_factory=list)


def overview() -> Overview:
    now = timezone.now()
    found = Overview()
    companies = dict(Tenant.objects.values_list("state").annotate(n=Count("pk")))
    found.states = {str(state): companies.get(state, 0) for state in Tenant.State.values}
    more = Tenant.objects.aggregate(
        new=Count("pk", filter=Q(created_at__gte=now - timedelta(days=1))),
        ending=Count("pk", filter=Q(trial_until__gt=now, trial_until__lte=now + timedelta(days=3))),
        stuck=Count(
            "pk", filter=Q(state="failed") | Q(state__in=("allocated", "seeding"), state_at__lt=now - STUCK)
        ),
    )  # fmt: skip
    found.new_today, found.trials_ending, found.stuck = more["new"], more["ending"], more["stuck"]
    current = Q(migrated_to=fingerprint())
    found.pool = Slot.objects.aggregate(
        ready=Count("pk", filter=Q(state="ready") & current), stale=Count("pk", filter=Q(state="ready") & ~current),
        building=Count("pk", filter=Q(state="building")), failed=Count("pk", filter=Q(state="failed")),
        behind=Count("pk", filter=Q(state="claimed") & ~current),
    )  # fmt: skip
    found.behind = found.pool.pop("behind")
    found.pool["wanted"] = settings.SCHEMA_POOL_SIZE
    found.lag = lag()
    found.dead = Delivery.objects.filter(state="dead").count()
    found.due = Delivery.objects.filter(state="due").count()
    dead = StripeEvent.objects.filter(processed_at=None).aggregate(n=Count("pk"), oldest=Min("received_at"))
    found.stripe_dead = dead["n"]
    found.stripe_oldest = (now - dead["oldest"]).total_seconds() if dead["oldest"] else None
    found.support = SupportSession.objects.filter(ended_at=None, grant__until__gt=now, grant__ended_at=None).count()
    last = cache.get(LAST_MINUTE)
    found.scheduler = (now - last).total_seconds() if last else None
    found.queues = queues()
    found.alerts = sorted(_alerts(found), key=lambda a: TONES.index(a.tone))
    return found


def _alerts(o: Overview) -> list[Alert]:
    return [a for a in (*_of_companies(o), *_of_machinery(o)) if a is not None]


def _when(condition: Any, tone: str, text: str, link: str) -> Alert | None:
    return Alert(tone, text, link) if condition else None


def _of_companies(o: Overview) -> list[Alert | None]:
    stuck = ngettext("%(n)d company could not be set up", "%(n)d companies could not be set up", o.stuck)
    behind = ngettext(
        "%(n)d company's schema is not at this release", "%(n)d companies' schemas are not at this release", o.behind
    )
    ready, wanted = o.pool["ready"], o.pool["wanted"]
    return [
        _when(o.stuck, "bad", stuck % {"n": o.stuck}, "companies"),
        _when(o.behind, "bad", behind % {"n": o.behind}, "pool"),
        _when(ready == 0 and wanted > 0, "bad", _t("The pool of ready schemas is empty: sign-ups are slow"), "pool"),
        _when(
            0 < ready < wanted, "warn",
            _t("The pool has %(ready)d of %(wanted)d ready schemas") % {"ready": ready, "wanted": wanted}, "pool",
        ),
        _when(o.pool["stale"], "warn", _t("The pool holds schemas of an older release"), "pool"),
        _when(o.pool["failed"], "warn", _t("Schemas could not be built; their errors are in the pool"), "pool"),
    ]  # fmt: skip


def _tone(seconds: float, limits: tuple[int, int]) -> str | None:
    look, act = limits
    return "bad" if seconds > act else "warn" if seconds > look else None


def _of_machinery(o: Overview) -> list[Alert | None]:
    found: list[Alert | None] = []
    tone = _tone(o.lag, LAG)
    late = _t("Events wait for %(n)d seconds: is the dispatcher running?") % {"n": round(o.lag)}
    found.append(_when(tone, tone or "", late, "deliveries"))
    for queue in o.queues:
        if queue.length is None:
            found.append(Alert("bad", _t("The broker of jobs does not answer"), "index"))
            break
        tone = _tone(queue.oldest or 0, QUEUE)
        waits = _t("Jobs in %(queue)s wait for %(n)d seconds: are the workers running?")
        found.append(_when(tone, tone or "", waits % {"queue": queue.name, "n": round(queue.oldest or 0)}, "index"))
    silent = o.scheduler is None or o.scheduler > SILENT.total_seconds()
    found.append(_when(silent, "bad", _t("The scheduler is silent: nothing that is due at a time happens"), "index"))
    dead = ngettext("%(n)d event was given up", "%(n)d events were given up", o.dead)
    found.append(_when(o.dead, "warn", dead % {"n": o.dead}, "deliveries"))
    stripe = ngettext("%(n)d payment event failed", "%(n)d payment events failed", o.stripe_dead)
    tone = "bad" if (o.stripe_oldest or 0) > 3600 else "warn"
    found.append(_when(o.stripe_dead, tone, stripe % {"n": o.stripe_dead}, "stripe_events"))
    return found
