"""Badges: given out by an admin, shown at a terminal with a PIN."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

from django.contrib.auth.hashers import check_password, make_password
from django.core import signing
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from modules.production.models import Badge, BadgePin
from tenon.access.actor import Actor
from tenon.access.selectors.actors import actor_of
from tenon.problems import Invalid, Problem
from tenon.records.service import service
from tenon.tenancy.context import current

TRIES, PAUSE = 5, timedelta(minutes=10)
SHIFT = 12 * 60 * 60  # seconds that one showing of the badge is good for
# What a worker may at a terminal, whatever else they may: a tablet that everybody touches is no desk.
AT_TERMINAL = frozenset({
    "production.order.view", "production.order.report", "production.order.issue", "production.work_centre.view",
    "production.operation.view", "production.call.view", "production.call.answer",
})  # fmt: skip
# Checked when there is no such badge, so that the answer takes as long.
_NOBODY = make_password("nobody")


class BadgeRefused(Problem):
    """One answer for a badge that is unknown, off or shown with a wrong PIN: nobody learns which."""

    type, status, title = "badge-refused", 403, _("This badge and PIN do not go together")


class BadgeLocked(Problem):
    type, status, title = "badge-locked", 429, _("Too many wrong PINs: wait ten minutes, or ask for a new PIN")


class BadgeExpired(Problem):
    type, status, title = "badge-expired", 403, _("Show your badge again")


@service("production.badge.update")
def badge_pin_set(*, actor: Actor, badge: Badge, pin: str) -> Badge:
    """A new PIN; what was locked is open again, who is at a terminal stays. Raises Invalid."""
    if not re.fullmatch(r"[0-9]{4,8}", pin) or len(set(pin)) == 1 or pin in "0123456789" or pin in "9876543210":
        raise Invalid.field("pin", _("Four to eight figures, not all the same and not in a row"), "weak")
    BadgePin.objects.update_or_create(
        badge=badge, defaults={"secret": make_password(pin), "failures": 0, "locked_until": None}
    )
    return badge


def badge_shown(*, code: str, pin: str, terminal: Actor) -> tuple[Actor, str]:
    """(who it is, a token for the terminal of that session). Wrong PINs are counted even though the request fails.
    Raises BadgeRefused, BadgeLocked."""
    terminal.require("production.terminal.view")
    now = timezone.now()
    with transaction.atomic():
        # One after the other: a hundred guesses at once are a hundred guesses.
        known = (
            BadgePin.objects.select_for_update(of=("self",)).select_related("badge__member").filter(badge__code=code)
        ).first()
        if known is None:
            check_password(pin, _NOBODY)
            right = locked = False
        else:
            locked = known.locked_until is not None and known.locked_until > now
            right = not locked and check_password(pin, known.secret)
            if right:
                known.failures, known.locked_until = 0, None
            elif not locked:
                known.failures += 1
                if known.failures >= TRIES:
                    known.failures, known.locked_until = 0, now + PAUSE
            known.save()
    if locked:
        raise BadgeLocked
    if known is None or not right or not known.badge.is_active or not known.badge.member.is_active:
        raise BadgeRefused
    token = signing.dumps([known.badge_id, terminal.ref], salt=_salt(), compress=False)
    return _actor(known.badge), token


def worker_of(*, token: str, terminal: Actor) -> Actor:
    """Who showed their badge at this terminal, with what they may there now. Raises BadgeExpired."""
    terminal.require("production.terminal.view")
    try:
        badge_id, shown_to = signing.loads(token, salt=_salt(), max_age=SHIFT)
    except signing.BadSignature as error:
        raise BadgeExpired from error
    badge = Badge.objects.select_related("member").filter(pk=badge_id, is_active=True, member__is_active=True).first()
    if badge is None or shown_to != terminal.ref:
        raise BadgeExpired
    return _actor(badge)


def _salt() -> str:
    return f"production.badge.{current().schema}"


def _actor(badge: Badge) -> Actor:
    actor = actor_of(badge.member)
    return replace(actor, permissions=actor.permissions & AT_TERMINAL)
