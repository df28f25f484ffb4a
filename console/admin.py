"""The lists of the console. Everything here is for looking; what changes something is an action with a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.views.main import ChangeList
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.defaultfilters import filesizeformat
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.timesince import timesince
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from billing.models import StripeEvent
from console.access import may, staff_of
from console.models import StaffAction
from console.selectors.companies import facts_of
from console.services import machinery
from console.site import by_of, site, told
from tenants.models import Tenant
from tenon.events.models import Delivery
from tenon.problems import Problem
from tenon.tenancy.models import Slot
from tenon.tenancy.schemas import fingerprint

if TYPE_CHECKING:
    _Admin = admin.ModelAdmin[Any]
else:
    _Admin = admin.ModelAdmin

TONES = {
    "ready": "good", "claimed": "good", "done": "good", "read_only": "warn", "suspended": "warn", "allocated": "info",
    "seeding": "info", "building": "info", "due": "info", "closed": "off", "skipped": "off", "failed": "bad",
    "dead": "bad",
}  # fmt: skip


def tag(value: str, label: object = "") -> str:
    return format_html('<span class="tag {}">{}</span>', TONES.get(value, "off"), gettext(str(label or value)))


def ago(moment: Any) -> str:
    return format_html('<time title="{}">{}</time>', moment, timesince(moment, depth=1)) if moment else ""


class LookingAdmin(_Admin):
    """Nothing is added, changed or removed by a form."""

    list_per_page = 25
    show_full_result_count = False
    sortable_by = ()
    actions_selection_counter = True

    def has_module_permission(self, request: HttpRequest) -> bool:
        return staff_of(request) is not None

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return staff_of(request) is not None

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return super().changelist_view(request, {"title": getattr(self, "room", ""), **(extra_context or {})})

    def replayed(self, request: HttpRequest, queryset: QuerySet[Any], title: object, verb: Any) -> HttpResponse | None:
        """Asks why, then does it."""
        if not may(staff_of(request), "replay"):
            messages.error(request, _("Your role does not include this"))
            return None
        ids = list(queryset.values_list("pk", flat=True))
        if "reason" in request.POST:
            try:
                done = verb(by=by_of(request), ids=ids, reason=request.POST["reason"])
            except Problem as problem:
                messages.error(request, told(problem))
            else:
                messages.success(request, _("%(done)s of %(all)s are on their way") % {"done": done, "all": len(ids)})
                return None
        context = {
            **site.each_context(request), "title": title, "ids": ids, "checkbox": ACTION_CHECKBOX_NAME,
            "action": request.POST.get("action", ""), "count": len(ids),
        }  # fmt: skip
        return TemplateResponse(request, "console/why.html", context)


class CompanyList(ChangeList):
    """The facts beside the companies are fetched for the page that is shown, in five queries."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.result_list: list[Tenant] = list(self.result_list)
        facts = facts_of(self.result_list)
        for tenant in self.result_list:
            tenant.facts = facts[tenant.pk]  # type: ignore[attr-defined]


@admin.register(Tenant, site=site)
class CompanyAdmin(LookingAdmin):
    room = _("Companies")
    list_display = (
        "company", "standing", "plan", "trial", "schema", "active", "size", "lag", "since",
    )  # fmt: skip
    list_display_links = None
    list_filter = ("state", "is_copy", "industry")
    list_select_related = ("slot",)
    search_fields = ("slug", "name", "domains__domain", "schema_name")
    ordering = ("-id",)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return CompanyList

    def change_view(self, request: HttpRequest, object_id: str, *_a: Any, **_k: Any) -> HttpResponse:
        return HttpResponseRedirect(reverse("console:company", args=[object_id]))

    @admin.display(description=_("company"))
    def company(self, tenant: Any) -> str:
        url = reverse("console:company", args=[tenant.pk])
        return format_html('<a href="{}">{}</a><small>{}</small>', url, tenant.name, tenant.slug)

    @admin.display(description=_("state"))
    def standing(self, tenant: Any) -> str:
        more = tenant.facts["standing"]
        return format_html("{}<small>{}</small>", tag(tenant.state, tenant.get_state_display()), more)

    @admin.display(description=_("plan"))
    def plan(self, tenant: Any) -> str:
        return str(tenant.facts["plan"])

    @admin.display(description=_("trial until"))
    def trial(self, tenant: Any) -> Any:
        return tenant.trial_until.date() if tenant.trial_until else None

    @admin.display(description=_("schema"))
    def schema(self, tenant: Any) -> str:
        current = tenant.slot.migrated_to == fingerprint()
        state = tag("ready" if current else "failed", _("current") if current else _("behind"))
        return format_html("{}<small>{}</small>", state, tenant.schema_name)

    @admin.display(description=_("last active"))
    def active(self, tenant: Any) -> str:
        return ago(tenant.facts["active_at"])

    @admin.display(description=_("size"))
    def size(self, tenant: Any) -> str:
        return filesizeformat(tenant.facts["size"])

    @admin.display(description=_("events waiting"))
    def lag(self, tenant: Any) -> str:
        facts = tenant.facts
        words = [f"{facts['due']} · {facts['lag']:.0f} s"] if facts["due"] or facts["lag"] >= 1 else []
        late = format_html('<span class="{}">{}</span>', "bad-text" if facts["lag"] > 30 else "", " ".join(words))
        return format_html("{} {}", late, tag("dead", facts["dead"]) if facts["dead"] else "")

    @admin.display(description=_("since"))
    def since(self, tenant: Any) -> Any:
        return tenant.created_at.date()


@admin.register(Slot, site=site)
class PoolAdmin(LookingAdmin):
    room = _("Schemas and pool")
    list_display = ("name", "standing", "release", "made", "problem")
    list_display_links = None
    list_filter = ("state",)
    search_fields = ("=id", "error")
    ordering = ("-id",)
    change_list_template = "console/pool.html"

    @admin.display(description=_("schema"))
    def name(self, slot: Slot) -> str:
        return slot.schema

    @admin.display(description=_("state"))
    def standing(self, slot: Slot) -> str:
        return tag(slot.state, slot.get_state_display())

    @admin.display(description=_("release"))
    def release(self, slot: Slot) -> str:
        current = slot.migrated_to == fingerprint()
        return tag("ready" if current else "failed", _("current") if current else _("behind"))

    @admin.display(description=_("made"))
    def made(self, slot: Slot) -> str:
        return ago(slot.created_at)

    @admin.display(description=_("error"))
    def problem(self, slot: Slot) -> str:
        return slot.error[:300]


@admin.register(Delivery, site=site)
class DeliveryAdmin(LookingAdmin):
    room = _("Events")
    list_display = ("id", "event_name", "handler", "standing", "company", "attempts", "waiting", "problem")
    list_display_links = None
    list_filter = ("state", "handler")
    list_select_related = ("event",)
    search_fields = ("handler", "=role", "event__name")
    ordering = ("-id",)
    actions = ("again",)

    @admin.display(description=_("event"))
    def event_name(self, delivery: Delivery) -> str:
        return delivery.event.name

    @admin.display(description=_("state"))
    def standing(self, delivery: Delivery) -> str:
        return tag(delivery.state, delivery.get_state_display())

    @admin.display(description=_("schema"))
    def company(self, delivery: Delivery) -> str:
        return delivery.role.replace("tr_", "t_")

    @admin.display(description=_("waiting"))
    def waiting(self, delivery: Delivery) -> str:
        return ago(delivery.event.created_at) if delivery.done_at is None else ""

    @admin.display(description=_("error"))
    def problem(self, delivery: Delivery) -> str:
        return delivery.error[:300]

    @admin.action(description=_("Deliver again"))
    def again(self, request: HttpRequest, queryset: QuerySet[Delivery]) -> HttpResponse | None:
        return self.replayed(request, queryset, _("Deliver again"), machinery.deliveries_replay)


class Unprocessed(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "done"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("no", _("failed")), ("yes", _("done"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() is None:
            return queryset
        return queryset.filter(processed_at__isnull=self.value() == "no")


@admin.register(StripeEvent, site=site)
class StripeEventAdmin(LookingAdmin):
    room = _("Payment events")
    list_display = ("id", "type", "company", "standing", "attempts", "received", "problem")
    list_display_links = None
    list_filter = (Unprocessed, "type")
    list_select_related = ("account__tenant",)
    search_fields = ("=id", "type", "account__tenant__slug", "account__customer_id")
    ordering = ("-received_at",)
    actions = ("again",)

    @admin.display(description=_("company"))
    def company(self, event: StripeEvent) -> str:
        return event.account.tenant.slug if event.account else ""

    @admin.display(description=_("state"))
    def standing(self, event: StripeEvent) -> str:
        return tag("dead", _("failed")) if event.processed_at is None else tag("done", _("done"))

    @admin.display(description=_("received"))
    def received(self, event: StripeEvent) -> str:
        return ago(event.received_at)

    @admin.display(description=_("error"))
    def problem(self, event: StripeEvent) -> str:
        return event.error[:300]

    @admin.action(description=_("Try again"))
    def again(self, request: HttpRequest, queryset: QuerySet[StripeEvent]) -> HttpResponse | None:
        return self.replayed(request, queryset, _("Try again"), machinery.stripe_replay)


@admin.register(StaffAction, site=site)
class StaffActionAdmin(LookingAdmin):
    room = _("Staff log")
    list_display = ("at", "person", "role", "what", "company", "reason", "ip")
    list_display_links = None
    list_filter = ("what", "role")
    search_fields = ("person", "company", "reason")
    ordering = ("-id",)


REGISTERED: tuple[type[Model], ...] = (Tenant, Slot, Delivery, StripeEvent, StaffAction)
