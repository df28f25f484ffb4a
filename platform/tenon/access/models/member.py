"""Members: a person's place in this company."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import connection, models
from django.utils.translation import gettext_lazy as _

from tenon.access.models.department import Department
from tenon.records.base import Record


class Member(Record):
    """A member (成员): links a global person (by plain id: no foreign key leaves the schema) to roles, department and
    manager. Name and e-mail are copies, so that the company reads well on its own."""

    person_id = models.BigIntegerField(unique=True, editable=False)
    name = models.CharField(_("name"), max_length=120)
    email = models.EmailField(_("e-mail"))
    roles = ArrayField(models.CharField(max_length=60), verbose_name=_("roles"), default=list, blank=True)
    department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="members", verbose_name=_("department")
    )
    manager = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="reports", verbose_name=_("manager")
    )
    is_active = models.BooleanField(_("active"), default=True)
    language = models.CharField(_("language"), max_length=10, blank=True, default="")  # empty: the company's
    time_zone = models.CharField(_("time zone"), max_length=60, blank=True, default="")
    # What temporary grants give, beside the grants themselves, so that who acts is known in two questions. Kept by the
    # grant services: [{"id", "role", "permissions", "scope", "since", "until"}], moments in ISO 8601.
    grants = models.JSONField(default=list, db_default=[], blank=True, editable=False)
    # Sessions that entered before this moment are over: set when somebody leaves.
    signed_out_before = models.DateTimeField(null=True, editable=False)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("member")
        verbose_name_plural = _("members")

    def __str__(self) -> str:
        return self.name

    @staticmethod
    def subordinates_of(member_id: int) -> frozenset[int]:
        """Everybody below `member_id` in the reporting tree; a cycle in the data ends the walk, it does not hang it."""
        with connection.cursor() as cursor:
            cursor.execute(
                """with recursive below(id) as (
                       select id from access_member where manager_id = %s
                       union select m.id from access_member m join below b on m.manager_id = b.id)
                   select id from below""",
                [member_id],
            )
            return frozenset(row[0] for row in cursor.fetchall())
