"""Members, roles, departments and API keys for the generic API and pages."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from tenon.registry.types import Action, Entity, Field, Section, View

_SERVICES = "tenon.access.services"
ROLES = "tenon.access.selectors.roles.role_choices"

MEMBER = Entity(
    key="access.member",
    model="access.Member",
    path="members",
    label=_("Member"),
    label_plural=_("Members"),
    icon="users",
    fields=(
        "name", Field("email", read_only=True),
        Field("roles", type="multichoice", label=_("Roles"), choices_of=ROLES), "department", "manager",
        Field("language", type="choice", choices=(("en", "English"), ("zh-hans", "简体中文"))), "time_zone",
        Field("is_active", read_only=True),
    ),
    list=("name", "email", "roles", "department", "manager", "is_active"),
    search=("name", "email"),
    default_order=("name",),
    title_field="name",
    subtitle_field="email",
    key_fields=("email",),
    form=(
        Section(_("Member"), ("name", "email", "department", "manager", "roles")),
        Section(_("Settings"), ("language", "time_zone")),
    ),
    creatable=False,  # members come by invitation
    deletable=False,
    importable=False,
    update=f"{_SERVICES}.members.member_update",
    actions=(
        Action(
            "deactivate", _("Deactivate"), f"{_SERVICES}.members.member_deactivate", "access.member.deactivate",
            argument="member", when={"is_active": ("true",)}, danger=True, icon="user-x",
        ),
        Action(
            "reactivate", _("Reactivate"), f"{_SERVICES}.members.member_reactivate", "access.member.deactivate",
            argument="member", when={"is_active": ("false",)}, icon="user-check",
        ),
        Action(
            "hand-over", _("Hand records over"), f"{_SERVICES}.members.member_hand_over", "access.member.hand_over",
            argument="member", icon="hand-helping",
            params=(Field("to", type="ref", ref="access.member", label=_("Hand over to"), required=False),),
        ),
    ),
    views=(
        View("active", _("Current members"), {"is_active": "true"}, ("name",)),
        View("left", _("Former members"), {"is_active": "false"}, ("name",)),
    ),
)  # fmt: skip

ROLE = Entity(
    key="access.role",
    model="access.Role",
    path="roles",
    label=_("Role"),
    label_plural=_("Roles"),
    icon="shield",
    fields=(
        Field("title", type="text", label=_("Name"), read_only=True), Field("name", hidden=True),
        Field("key", write_once=True, required=False),
        Field("permissions", type="json", label=_("Permissions")),
        "scope", "scopes", "field_rules",
    ),
    list=("title", "key", "scope"),
    search=("name", "key"),
    default_order=("title",),
    title_field="title",
    selector="tenon.access.selectors.roles.roles_titled",
    key_fields=("key",),
    importable=False,
    create=f"{_SERVICES}.roles.role_create",
    update=f"{_SERVICES}.roles.role_update",
    delete=f"{_SERVICES}.roles.role_delete",
    custom_fields=False,
)  # fmt: skip

GRANT = Entity(
    key="access.grant",
    model="access.TemporaryGrant",
    path="grants",
    label=_("Temporary grant"),
    label_plural=_("Temporary grants"),
    icon="hourglass",
    fields=(
        "member", Field("role", type="choice", label=_("Role"), choices_of=ROLES),
        Field("permissions", type="json", label=_("Permissions")), "scope",
        "since", "until", "reason", Field("ended_at", read_only=True),
    ),
    list=("member", "role", "reason", "since", "until", "ended_at"),
    search=("reason", "role"),
    default_order=("-until",),
    title_field="reason",
    subtitle_field="role",
    # Single rights are lent on the page of the member, where they stand by name.
    form=(Section(_("Temporary grant"), ("member", "role", "since", "until", "reason")),),
    deletable=False,
    importable=False,
    create=f"{_SERVICES}.grants.grant_create",
    actions=(
        Action("end", _("End now"), f"{_SERVICES}.grants.grant_end", "access.grant.end", argument="grant", danger=True,
               icon="hourglass"),
    ),
    custom_fields=False,
    attachments=False,
)  # fmt: skip

DEPARTMENT = Entity(
    key="access.department",
    model="access.Department",
    path="departments",
    label=_("Department"),
    label_plural=_("Departments"),
    icon="network",
    fields=("name", "parent"),
    list=("name", "parent"),
    search=("name",),
    default_order=("name",),
    title_field="name",
    key_fields=("name",),
    create=f"{_SERVICES}.departments.department_create",
    update=f"{_SERVICES}.departments.department_update",
    delete=f"{_SERVICES}.departments.department_delete",
)

API_KEY = Entity(
    key="access.api_key",
    model="access.ApiKey",
    path="api-keys",
    label=_("API key"),
    label_plural=_("API keys"),
    icon="key-round",
    fields=(
        "name", Field("owner", read_only=True), Field("permissions", type="json", label=_("Permissions")), "expires_at",
        Field("is_active", read_only=True), Field("last_used_at", read_only=True),
    ),
    list=("name", "owner", "is_active", "expires_at", "last_used_at"),
    search=("name",),
    default_order=("-id",),
    title_field="name",
    deletable=False,
    importable=False,
    create=f"{_SERVICES}.api_keys.api_key_create",
    update=f"{_SERVICES}.api_keys.api_key_update",
    actions=(
        Action(
            "revoke", _("Revoke"), f"{_SERVICES}.api_keys.api_key_revoke", "access.api_key.delete", argument="key",
            danger=True, icon="ban",
        ),
    ),
    custom_fields=False,
    attachments=False,
)  # fmt: skip

ALL: tuple[Entity, ...] = (MEMBER, ROLE, GRANT, DEPARTMENT, API_KEY)
