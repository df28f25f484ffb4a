"""Switching features on and off: data, never DDL; in force at the next request of every process."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from tenants import selectors
from tenants.errors import NotEntitled, SwitchFailed
from tenants.models import CompanyLog, Tenant
from tenon.access.actor import Actor, system
from tenon.access.selectors.menu import menu_of
from tenon.access.services.roles import roles_seed
from tenon.events.dispatcher import catch_up
from tenon.problems import Conflict, NotFound
from tenon.realtime.notify import bootstrap_changed
from tenon.records.selectors.impact import ImpactLine, impact
from tenon.records.service import acting, require_writable
from tenon.registry import hooks, menus
from tenon.registry.registry import registry
from tenon.tenancy.context import Company, current, outside, serving

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Effect:
    """What a switch would change."""

    enables: list[str]
    disables: list[str]
    menu: list[str]
    lines: list[ImpactLine]

    @property
    def records(self) -> list[dict[str, object]]:
        """Of each kind of record, how many there are."""
        counts = {line.entity: line.count for line in self.lines if line.entity}
        return [{"label": menus.entity_title(registry().entities[k]), "count": n} for k, n in counts.items()]


def _known(key: str) -> None:
    if key not in registry().features:
        raise NotFound(_("There is no such function"))


def _after(company: Company, key: str, on: bool, entitled: frozenset[str]) -> frozenset[str]:
    """The features that are on afterwards. Raises NotEntitled, Conflict."""
    graph, before = selectors.feature_graph(), company.features
    if on:
        wanted = graph.with_needs([key])
        beyond = graph.sorted(wanted - entitled)
        if beyond:
            raise NotEntitled(features=beyond)
        return before | wanted
    if key in selectors.always_on_features():
        raise Conflict(_("This function is always on"))
    return graph.after_disabling(key, before)


def modules_on(company: Company) -> set[str]:
    return {key for key in registry().modules if company.has_module(key)}


def _entitled(company: Company) -> frozenset[str]:
    with outside():
        tenant = Tenant.objects.get(pk=company.id)
        return frozenset(tenant.entitled) - frozenset(tenant.read_only_features)


def feature_enable(*, actor: Actor, key: str) -> Company:
    """Switches a feature on with all that it needs. Modules that were off are seeded first, then opened, then catch up
    with what happened without them; should that fail, they are closed again. Raises NotFound, NotEntitled, Forbidden,
    SwitchFailed, ReadOnly."""
    actor.require("access.feature.switch")
    require_writable()
    _known(key)
    before = current()
    opened = replace(before, features=_after(before, key, True, _entitled(before)))
    newly = hooks.in_order(modules_on(opened) - modules_on(before))
    switcher = system("switch")
    with serving(opened), acting(switcher):
        roles_seed(actor=switcher)
        for module in newly:
            hooks.seed(module, actor=switcher, company=opened, pack=_pack(opened))
    after = _flip(actor, key, True)
    try:
        with serving(after), acting(switcher):
            for module in newly:
                hooks.on_enable(module, actor=switcher, company=after)
    except Exception as error:
        log.exception("switching %s on in %s failed; switched off again", key, before.slug)
        bootstrap_changed(_flip(actor, key, False, undo=after.features - before.features))
        raise SwitchFailed from error
    for module in newly:
        catch_up(after, module)
    bootstrap_changed(after)
    return after


def feature_disable(*, actor: Actor, key: str) -> Company:
    """Switches a feature off with all that needs it. Data stays. Raises NotFound, Conflict (always on), Forbidden,
    ReadOnly."""
    actor.require("access.feature.switch")
    require_writable()
    _known(key)
    after = _flip(actor, key, False)
    bootstrap_changed(after)
    return after


def _pack(company: Company) -> str:
    with outside():
        return str(Tenant.objects.values_list("industry", flat=True).get(pk=company.id))


def _flip(actor: Actor, key: str, on: bool, undo: frozenset[str] = frozenset()) -> Company:
    """Writes the switches, worked out anew from the locked row: two admins at once lose nothing. `undo` are the
    features that a failed switching has opened: they go, and with them what needs them."""
    graph, company_id = selectors.feature_graph(), current().id
    with outside(), transaction.atomic():
        tenant = Tenant.objects.select_for_update().get(pk=company_id)
        company = tenant.company()
        entitled = frozenset(tenant.entitled)
        writable = entitled - frozenset(tenant.read_only_features)
        if undo:
            wanted = frozenset(f for f in company.features if not graph.with_needs([f]) & undo)
        else:
            wanted = _after(company, key, on, writable)
        # What is switched on without being entitled to stays as it is: it counts again when the right comes back.
        dormant = frozenset(tenant.switched_on) - entitled
        switched_on = graph.sorted(wanted | dormant)
        if switched_on != graph.sorted(tenant.switched_on):
            changes = {"on": graph.sorted(wanted - company.features), "off": graph.sorted(company.features - wanted)}
            Tenant.objects.filter(pk=tenant.pk).update(switched_on=switched_on, revision=F("revision") + 1)
            CompanyLog.objects.create(
                tenant=tenant, actor=actor.ref, actor_label=actor.label, what="features", detail=changes
            )
        tenant.refresh_from_db()
        return tenant.company()


def effect(*, actor: Actor, key: str) -> Effect:
    """What switching `key` to the other position would do: features, menu pages, what becomes of the records.
    Raises NotFound, NotEntitled, Conflict, Forbidden."""
    actor.require("access.feature.switch")
    _known(key)
    company = current()
    graph = selectors.feature_graph()
    on = key not in company.features
    after = replace(company, features=_after(company, key, on, _entitled(company)))

    before_pages, after_pages = _pages(company, actor), _pages(after, actor)
    changed = {k: v for k, v in {**before_pages, **after_pages}.items() if (k in before_pages) != (k in after_pages)}
    return Effect(
        enables=graph.sorted(after.features - company.features),
        disables=graph.sorted(company.features - after.features),
        menu=list(changed.values()),
        lines=[] if on else impact(lost=company.features - after.features),
    )


def _pages(company: Company, actor: Actor) -> dict[str, str]:
    found: dict[str, str] = {}

    def walk(nodes: list[menus.Node] | tuple[menus.Node, ...], above: str) -> None:
        for node in nodes:
            title = f"{above} › {node.title}" if above else node.title
            if node.is_page:
                found[node.id] = title
            walk(node.children, title)

    with serving(company):
        walk(menu_of(actor).roots, "")
    return found
