"""What roles are called: the shipped ones in the reader's language as long as nobody renamed them."""

from __future__ import annotations

from functools import cache

from django.conf import settings
from django.db.models import Case, CharField, F, QuerySet, Value, When
from django.utils import translation

from tenon.access.actor import Actor
from tenon.access.models import Role
from tenon.registry.registry import registry


@cache
def _shipped(key: str) -> frozenset[str]:
    """What a release has named this role, in all languages: whoever still calls it so has not renamed it."""
    template = registry().roles.get(key)
    names = set()
    for language, _name in settings.LANGUAGES if template else ():
        with translation.override(language):
            names.add(str(template.title))  # type: ignore[union-attr]
    return frozenset(names)


def role_title(key: str, name: str) -> str:
    return str(registry().roles[key].title) if name in _shipped(key) else name


def role_titles() -> dict[str, str]:
    """Key → name, of all roles there are, by name."""
    found = {key: role_title(key, name) for key, name in Role.objects.values_list("key", "name")}
    return dict(sorted(found.items(), key=lambda item: item[1].casefold()))


def role_choices() -> tuple[tuple[str, str], ...]:
    return tuple(role_titles().items())


def roles_titled(*, actor: Actor) -> QuerySet[Role]:
    """Each with its `title`: the name as this reader reads it."""
    usual = [
        When(key=key, name__in=sorted(_shipped(key)), then=Value(str(template.title)))
        for key, template in registry().roles.items()
    ]
    return Role.objects.annotate(title=Case(*usual, default=F("name"), output_field=CharField()))
