"""The words of a manifest. Plain frozen data: a module describes itself, the platform reads it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

Text = Any  # str or a lazy translation
FieldType = Literal[
    "text", "longtext", "email", "phone", "url", "integer", "decimal", "money", "quantity", "percent",
    "boolean", "date", "datetime", "choice", "multichoice", "ref", "json",
]  # fmt: skip
StateKind = Literal["draft", "open", "prog", "done", "warn", "late", "hold", "off"]


@dataclass(frozen=True)
class Feature:
    """The unit of the whitelist (功能白名单). A `core` feature is on whenever its module is on."""

    key: str
    title: Text = ""
    core: bool = False
    requires: tuple[str, ...] = ()


@dataclass(frozen=True)
class Permission:
    """A code such as `inventory.receipt.post`. It is worth something only while one of `features` is on
    (empty: whenever its module is). `roles` are the shipped roles that hold it in a new company."""

    code: str
    title: Text = ""
    features: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()


@dataclass(frozen=True)
class Field:
    """One field of an entity. What is left out is read from the model field of the same name."""

    key: str
    type: FieldType | None = None
    label: Text = None
    required: bool | None = None
    read_only: bool | None = None
    write_once: bool = False
    help: Text = None
    ref: str | None = None
    ref_filter: dict[str, Any] = field(default_factory=dict)
    choices: tuple[tuple[str, Text], ...] | None = None
    choices_of: str = ""  # dotted `() -> ((value, label), …)`: choices that are data, read with the metadata
    decimals: int | None = None
    currency_field: str | None = None
    unit_field: str | None = None
    default: Any = None
    sensitive: bool = False  # cost prices, margins: roles may hide it
    hidden: bool = False  # in the API, not on the generic pages: something a page of its own shows better
    source: str | None = None  # ORM path when it differs from key, e.g. "order.number" → "order__number"


@dataclass(frozen=True)
class State:
    value: str
    label: Text
    kind: StateKind


@dataclass(frozen=True)
class Action:
    """A verb on a record. `service` is a dotted path of a keyword-only service
    `(*, actor, <record argument>, **params)` whose record argument is named by `argument`."""

    key: str
    label: Text
    service: str
    permission: str
    argument: str = "record"
    states: tuple[str, ...] = ()
    # Field → values: offered where they hold, too. A credit note can be used for an invoice, an invoice cannot.
    when: dict[str, tuple[str, ...]] = field(default_factory=dict)
    # A contract (port): offered only while a module that is on provides it.
    needs: type[Any] | None = None
    params: tuple[Field, ...] = ()
    bulk: bool = False
    primary: bool = False
    danger: bool = False
    icon: str = ""


@dataclass(frozen=True)
class View:
    """A ready-made list view: a tab of the list page."""

    key: str
    title: Text
    filters: dict[str, str] = field(default_factory=dict)
    order: tuple[str, ...] = ()


@dataclass(frozen=True)
class Section:
    title: Text
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Entity:
    """A resource for the generic API, pages, importer, custom fields and reports.

    `model` is "app_label.Model". `path` is its plural in URLs. `fields` are names or `Field`s.
    `create`/`update`/`delete` are dotted services; left empty, the record services of the kernel serve
    (`None` with `writable=False` refuses). Permissions are `<key>.view|create|update|delete` unless `permission`
    names another prefix. `features`: any of them opens the entity. `owner_field`/`department_field` carry the data
    scope. `key_fields` are the natural keys that the importer and writes by code use."""

    key: str
    model: str
    path: str
    fields: tuple[str | Field, ...]
    label: Text = None
    label_plural: Text = None
    icon: str = "file"
    features: tuple[str, ...] = ()
    list: tuple[str, ...] = ()
    search: tuple[str, ...] = ()
    default_order: tuple[str, ...] = ("-id",)
    totals: tuple[str, ...] = ()
    form: tuple[Section, ...] = ()
    title_field: str = ""
    subtitle_field: str = ""
    label_field: str = ""  # what references to it are called, where that is more than its title
    key_fields: tuple[str, ...] = ()
    state_field: str = ""
    states: tuple[State, ...] = ()
    update_states: tuple[str, ...] = ()  # in which "Edit" is offered; none named: in all of them
    delete_states: tuple[str, ...] = ()  # the same for "Delete"; what is refused, the services decide
    actions: tuple[Action, ...] = ()
    views: tuple[View, ...] = ()
    lines: str = ""  # key of the entity of its lines
    lines_field: str = "lines"  # related name on the model
    parent_field: str = ""  # on a line entity: the foreign key to its head
    create: str = ""
    update: str = ""
    delete: str = ""
    writable: bool = True
    creatable: bool = True
    deletable: bool = True
    importable: bool = True
    permission: str = ""
    owner_field: str = ""
    handover_field: str = ""  # whose it is, where that does not scope rows (saved views): handed over like an owner's
    department_field: str = ""
    # The foreign key of a record that went up in another one: left out of lists, and its id and keys lead to the other.
    merged_field: str = ""
    selector: str = ""  # dotted `(*, actor) -> QuerySet` for annotations; scope and features still apply
    custom_fields: bool = True
    comments: bool = True
    attachments: bool = True
    history: bool = True

    @property
    def module(self) -> str:
        return self.key.partition(".")[0]

    @property
    def permission_prefix(self) -> str:
        return self.permission or self.key


@dataclass(frozen=True)
class MenuNode:
    """A node of the default menu. Ids are stable for ever: patches of tenants point at them.
    Level 1 areas and level 2 groups are declared by whoever needs them; equal ids merge."""

    id: str
    title: Text = ""
    parent: str = ""
    icon: str = ""
    entity: str = ""
    route: str = ""
    permission: str = ""
    features: tuple[str, ...] = ()
    order: int = 100
    # A group that is gone. It comes back, with the pages that name it here, for a company that shaped it.
    retired: bool = False
    formerly: str = ""


@dataclass(frozen=True)
class Schedule:
    """Recurring work. `task` is a dotted callable `()` run inside each tenant that has `feature` on. `title` is what an
    admin reads when it would stop."""

    key: str
    task: str
    cron: str
    feature: str = ""
    title: Text = ""


@dataclass(frozen=True)
class Impact:
    """What a company would feel when none of `features` (of the entity's, where there are none) is there any more:
    records of `entity` that `filters` choose, counted inside the company before anything happens. `what` names them:
    `ngettext_lazy("%(count)d open production order", "%(count)d open production orders", "count")`. Records that
    filters cannot choose are counted by `count`, a dotted callable `() -> int`. What the platform finds out by itself
    needs no word: records of each entity that closes (open ones where it has states), schedules that stop."""

    what: Text
    entity: str = ""
    filters: dict[str, Any] = field(default_factory=dict)
    features: tuple[str, ...] = ()
    count: str = ""


@dataclass(frozen=True)
class Duty:
    """Two duties that one pair of hands should not hold (职责分离): whoever holds a code of `left` and one of `right`
    is named to the admin, with `why`. Warned of, never refused: a small company has few hands."""

    key: str
    left: tuple[str, ...]
    right: tuple[str, ...]
    title: Text
    why: Text


@dataclass(frozen=True)
class Handler:
    """`function` is a dotted callable `(event)`; it runs in the tenant, at least once, idempotent by event id."""

    event: type
    function: str
    key: str


@dataclass(frozen=True)
class Limit:
    """What a company may have only so much of, by its subscription: people, warehouses, storage, calls. `used` is a
    dotted callable `() -> int`, run inside the company. Whoever makes more of it asks `tenon.records.limits` first.
    The catalogue of what is sold says how much there is; a key that it does not name has no limit."""

    key: str
    title: Text
    used: str
    unit: Literal["", "bytes", "per_day"] = ""


@dataclass(frozen=True)
class Listener:
    """Hears of every event that somebody in the company wants told (webhooks). `wanted` is a dotted callable
    `() -> set of names`, asked inside the tenant; `function` a dotted `(Happening)` that runs as a handler does."""

    key: str
    wanted: str
    function: str


@dataclass(frozen=True)
class ModuleManifest:
    key: str
    title: Text
    icon: str = "box"
    description: Text = ""
    always_on: bool = False
    requires: tuple[str, ...] = ()
    enhances: tuple[str, ...] = ()
    features: tuple[Feature, ...] = ()
    permissions: tuple[Permission, ...] = ()
    menus: tuple[MenuNode, ...] = ()
    entities: tuple[Entity, ...] = ()
    looked_after: tuple[Entity, ...] = ()  # by members, unknown to the generic API: handed over, too
    provides: tuple[tuple[type, str], ...] = ()  # (contract, dotted provider); the first module that is on answers
    provides_many: tuple[tuple[type, str], ...] = ()  # contracts that several modules answer together
    publishes: tuple[type, ...] = ()
    handles: tuple[Handler, ...] = ()
    listens: tuple[Listener, ...] = ()
    schedules: tuple[Schedule, ...] = ()
    impacts: tuple[Impact, ...] = ()
    duties: tuple[Duty, ...] = ()
    limits: tuple[Limit, ...] = ()
    roles: tuple[RoleTemplate, ...] = ()
    bridges: tuple[str, ...] = ()  # a link runs only while all these modules are on


@dataclass(frozen=True)
class RoleTemplate:
    """A role every new company starts with. Scopes: own, department, subtree, all (by entity key, "" = default)."""

    key: str
    title: Text
    scope: str = "all"
    scopes: dict[str, str] = field(default_factory=dict)
    permissions: Sequence[str] = ()
    includes: tuple[str, ...] = ()  # roles whose codes it holds as well
