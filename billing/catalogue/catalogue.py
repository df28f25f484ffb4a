"""Plans with the features that the modules' manifests declare. A plan whose modules are not installed is not sold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from django.utils.translation import gettext_lazy as _

from billing.catalogue import limits, plans
from billing.catalogue.types import Allowance, PerSeat, PriceFile
from billing.rules.changes import Plan
from tenants import selectors
from tenon.problems import Invalid
from tenon.registry.registry import Registry, registry

CURRENCIES = ("CNY", "USD", "EUR")
INTERVALS = ("month", "year")
MOST_SEATS = 1000


@dataclass(frozen=True)
class Offer:
    """One thing that can be subscribed to. `key` names it for ever, at Stripe too."""

    key: str
    title: Any
    description: Any
    icon: str
    modules: tuple[str, ...]
    features: tuple[str, ...]
    prices: dict[str, PerSeat]
    limits: Mapping[str, Allowance]
    is_bundle: bool

    @property
    def product_id(self) -> str:
        return f"tenon_{self.key}"

    def lookup_key(self, interval: str) -> str:
        return f"tenon_{self.key}_{interval}"

    def price(self, currency: str, interval: str) -> Decimal:
        return self.prices[currency].of(interval)


class Catalogue:
    """All offers of this installation, in the order in which they are shown."""

    def __init__(self, files: Iterable[PriceFile], known: Registry) -> None:
        self.offers: dict[str, Offer] = {}
        graph = selectors.feature_graph()
        for file in sorted(files, key=lambda f: f.order):
            modules = file.modules or (file.key,)
            if any(m not in known.modules for m in modules):
                continue
            first = known.modules[modules[0]]
            own = [f.key for m in modules for f in known.modules[m].features]
            self.offers[file.key] = Offer(
                key=file.key, title=file.title or first.title, description=file.description or first.description,
                icon="boxes" if file.modules else first.icon, modules=modules,
                features=tuple(graph.sorted(graph.with_needs(own))), prices=dict(file.prices),
                limits={k: v for k, v in file.limits.items() if k in known.limits}, is_bundle=bool(file.modules),
            )  # fmt: skip

    def of_product(self, product_id: str) -> Offer | None:
        return self.offers.get(product_id.removeprefix("tenon_")) if product_id.startswith("tenon_") else None

    def chosen(self, keys: Iterable[str]) -> list[Offer]:
        """Raises Invalid: unknown, nothing, or the same module twice (a bundle and one of its modules)."""
        wanted = set(keys)
        unknown = sorted(wanted - set(self.offers))
        if unknown:
            raise Invalid.field("modules", _("There is no module %(key)s") % {"key": unknown[0]}, "does_not_exist")
        offers = [o for o in self.offers.values() if o.key in wanted]
        covered = [m for o in offers for m in o.modules]
        if len(covered) != len(set(covered)):
            raise Invalid.field("modules", _("The bundle contains one of the modules already"), "overlap")
        if not offers:
            raise Invalid.field("modules", _("Choose at least one module"), "required")
        return offers

    def check(self, plan: Plan) -> None:
        """What can be subscribed to at all. Raises Invalid."""
        self.chosen(plan.keys)
        if not 1 <= plan.seats <= MOST_SEATS:
            raise Invalid.field("seats", _("From 1 to %(most)s seats") % {"most": MOST_SEATS})

    def limits(self, plan: Plan) -> dict[str, int]:
        """What a company with this plan may have at most, by the keys of the registry's limits."""
        given = [self.offers[key].limits for key in plan.keys if key in self.offers]
        found = {limits.MEMBERS: plan.seats}
        for key in (*(k for k in limits.EVERYBODY if k in registry().limits), *(key for more in given for key in more)):
            most = limits.EVERYBODY.get(key, 0) + sum(more[key].of(plan.seats) for more in given if key in more)
            found[key] = min(most, limits.NEVER_MORE.get(key, most))
        return found


@cache
def catalogue() -> Catalogue:
    return Catalogue(plans.ALL, registry())
