"""Following up: rules that plan it by themselves, and a card on each customer with a next step."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from modules.shared.data.models import Contact, Party
from tenon.money.fields import MoneyField
from tenon.records.base import Record


class ActivityKind(models.TextChoices):
    """What is done with a customer."""

    CALL = "call", _("Call")
    MEETING = "meeting", _("Meeting")
    VISIT = "visit", _("Visit")
    EMAIL = "email", _("E-mail")
    TASK = "task", _("Task")


class FollowUpRule(Record):
    """What is planned by itself (回访计划): so many days after something happened, for customers of a certain worth.
    Worth is a customer's net orders of the last 365 days in the company's currency: classes A, B, C are three rules.
    What happened before `since` plans nothing."""

    class Trigger(models.TextChoices):
        LEAD = "lead", _("A new lead came in")
        QUOTE = "quote", _("A quote was sent and is not answered")
        DELIVERED = "delivered", _("An order was delivered")
        SILENCE = "silence", _("A customer was not spoken with")

    name = models.CharField(_("name"), max_length=120, unique=True)
    trigger = models.CharField(pgettext_lazy("rule", "when"), max_length=10, choices=Trigger.choices)
    after_days = models.PositiveSmallIntegerField(
        _("days later"), default=3, help_text=_("What falls on a day off is planned for the next working day.")
    )
    kind = models.CharField(_("kind"), max_length=8, choices=ActivityKind.choices, default=ActivityKind.CALL)
    subject = models.CharField(_("subject"), max_length=200)
    note = models.TextField(_("note"), blank=True, default="")
    department = models.ForeignKey(
        "access.Department", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("team"),
        help_text=_("Whose records. Left empty, everybody's."),
    )  # fmt: skip
    worth_from = MoneyField(
        _("worth from"), null=True, blank=True, help_text=_("Net orders of the last 365 days. Left empty, any.")
    )
    worth_below = MoneyField(_("worth below"), null=True, blank=True)
    escalate_after = models.PositiveSmallIntegerField(
        _("told to the manager after"), null=True, blank=True,
        help_text=_("So many working days overdue. Left empty, never."),
    )  # fmt: skip
    since = models.DateField(_("since"))
    is_active = models.BooleanField(_("active"), default=True)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("follow-up rule")
        verbose_name_plural = _("follow-up rules")
        constraints = [
            models.CheckConstraint(
                condition=~Q(trigger="silence") | Q(after_days__gte=1), name="crm_follow_up_rule_silence"
            ),
            models.CheckConstraint(
                condition=Q(worth_from__isnull=True) | Q(worth_below__isnull=True) | Q(worth_below__gt=F("worth_from")),
                name="crm_follow_up_rule_worth",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CustomerCard(Record):
    """A customer's card (三一客卡): who, how far, how much, and always one next step, on a day. For short sales that
    are no opportunity. Amounts are in the company's currency."""

    class Reach(models.TextChoices):
        """How good the contact is (联系人质量)."""

        DECIDES = "decides", _("Decides")
        INFLUENCES = "influences", _("Influences")
        USES = "uses", _("Uses it")
        UNKNOWN = "unknown", _("Not known yet")

    class Intent(models.TextChoices):
        """How soon they buy (意向等级)."""

        A = "a", _("A: within two weeks")
        B = "b", _("B: within a month")
        C = "c", _("C: within a quarter")
        D = "d", _("D: later")

    class Step(models.TextChoices):
        FIRST = "first", pgettext_lazy("card", "First contact")
        NEED = "need", _("Need known")
        OFFER = "offer", _("Offer made")
        TERMS = "terms", _("Terms in talk")
        ORDERED = "ordered", pgettext_lazy("card", "Ordered")
        RESTING = "resting", _("Resting")

    party = models.OneToOneField(Party, models.CASCADE, related_name="+", verbose_name=_("customer"))
    contact = models.ForeignKey(
        Contact, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("contact")
    )
    reach = models.CharField(_("quality of the contact"), max_length=10, choices=Reach.choices, default=Reach.UNKNOWN)
    intent = models.CharField(_("intent"), max_length=1, choices=Intent.choices, default=Intent.D)
    step = models.CharField(pgettext_lazy("card", "stage"), max_length=8, choices=Step.choices, default=Step.FIRST)
    amount = MoneyField(_("amount"), null=True, blank=True)
    expected_on = models.DateField(pgettext_lazy("card", "expected on"), null=True, blank=True)

    class Meta(Record.Meta):
        abstract = False
        verbose_name = _("customer card")
        verbose_name_plural = _("customer cards")
        constraints = [
            models.CheckConstraint(condition=Q(amount__isnull=True) | Q(amount__gte=0), name="crm_card_amount")
        ]

    def __str__(self) -> str:
        return str(self.party)
