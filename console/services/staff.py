"""Accounts of the staff: made from a command line, opened by a link that works once; no password is ever given out."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, validate_totp_code
from django.contrib.auth.password_validation import validate_password
from django.core import signing
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from console.models import StaffAction
from tenants import hosts
from tenants.models import Person, Staff
from tenon.problems import FieldError, Invalid
from tenon.tenancy.context import outside

SALT = "console.setup"
SETUP_HOURS = 24


def staff_make(*, email: str, role: str, title: str) -> Staff:
    """The person of this address becomes staff, or gets another role. Who is new has no password and cannot sign in
    before the set-up link was used. Raises Invalid."""
    email, title = email.strip().lower(), " ".join(title.split())
    if role not in Staff.Role.values:
        raise Invalid.field("role", _("There is no such choice"), "invalid_choice")
    if "@" not in email or not 1 <= len(title) <= 80:
        raise Invalid(_("An e-mail address and a title of at most 80 characters are wanted"))
    with outside(), transaction.atomic():
        person = Person.objects.filter(email=email).first() or Person.objects.create_user(email, None)
        Person.objects.filter(pk=person.pk).update(is_staff=True)
        staff, _made = Staff.objects.update_or_create(person=person, defaults={"role": role, "title": title})
        _log(person, "staff_made", role=role, title=title)
    return staff


def staff_remove(*, email: str) -> None:
    """Raises Invalid."""
    with outside(), transaction.atomic():
        staff = Staff.objects.filter(person__email=email.strip().lower()).first()
        if staff is None:
            raise Invalid(_("There is no such member of staff"))
        Person.objects.filter(pk=staff.person_id).update(is_staff=False)
        _log(staff.person, "staff_removed")
        staff.delete()


def _log(person: Person, what: str, **detail: Any) -> None:
    StaffAction.objects.create(person="command line", what=what, detail={"email": person.email, **detail})


def _stamp(person: Person) -> list[Any]:
    """Changes when the link was used: it works once."""
    used = Authenticator.objects.filter(user=person).order_by("-pk").values_list("pk", flat=True).first()
    return [person.pk, person.password[-20:], used or 0]


def setup_link(staff: Staff) -> str:
    """Good for a day and for one use."""
    with outside():
        token = signing.dumps(_stamp(staff.person), salt=SALT)
    return f"{hosts.origin(hosts.settings.BASE_DOMAIN)}/operator/setup/{token}/"


def person_of_link(token: str) -> Person | None:
    try:
        pk, *_rest = signing.loads(token, salt=SALT, max_age=SETUP_HOURS * 3600)
    except (signing.BadSignature, ValueError):
        return None
    person = Person.objects.filter(pk=pk, is_staff=True, is_active=True).first()
    if person is None or signing.loads(token, salt=SALT, max_age=SETUP_HOURS * 3600) != _stamp(person):
        return None
    return person


def setup_finish(*, person: Person, password: str, secret: str, code: str) -> None:
    """Password and second factor together, or neither. Raises Invalid."""
    errors = []
    try:
        validate_password(password, person)
    except ValidationError as error:
        errors.append(FieldError("password", "password", " ".join(error.messages)))
    if not validate_totp_code(secret, code.strip()):
        errors.append(FieldError("code", "code", _("This code is not right; wait for the next one")))
    if errors:
        raise Invalid(errors=errors)
    with transaction.atomic():
        person.set_password(password)
        person.save(update_fields=["password"])
        Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP).delete()
        TOTP.activate(person, secret)
