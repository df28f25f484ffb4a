"""What the shared data layer's own addresses take and answer."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from modules.shared.data.rules.survivorship import PARTY

# Fields as the API calls them.
MERGED_FIELDS = {name.removesuffix("_id") if name != "tax_id" else name for name in PARTY}


class PartyLike(serializers.Serializer[Any]):
    website = serializers.CharField(required=False)
    """Whom to look for; `exclude` is the record being written."""

    name = serializers.CharField(required=False)
    name_zh = serializers.CharField(required=False)
    tax_id = serializers.CharField(required=False)
    email = serializers.CharField(required=False)
    phone = serializers.CharField(required=False)
    exclude = serializers.IntegerField(required=False)


class ProductLike(serializers.Serializer[Any]):
    code = serializers.CharField(required=False)
    name = serializers.CharField(required=False)
    barcode = serializers.CharField(required=False)
    exclude = serializers.IntegerField(required=False)


class Duplicate(serializers.Serializer[Any]):
    """`id` is null and `label` says no name for a record that the asker may not see."""

    entity = serializers.CharField()
    id = serializers.IntegerField(allow_null=True)
    label = serializers.CharField()  # type: ignore[assignment]
    reason = serializers.ChoiceField(
        choices=["tax_id", "code", "barcode", "email", "phone", "name", "sound", "similar_name", "domain"]
    )
    band = serializers.ChoiceField(choices=["block", "warn"])
    likeness = serializers.DecimalField(max_digits=3, decimal_places=2)


class Duplicates(serializers.Serializer[Any]):
    results = Duplicate(many=True)


class RoleQuery(serializers.Serializer[Any]):
    role = serializers.ChoiceField(choices=["customer", "supplier"], default="customer")
    ids = serializers.CharField(required=False)


class GroupMember(serializers.Serializer[Any]):
    """`told`: what tells it from the others (place, tax number, phone); `references`: how much points at it."""

    id = serializers.IntegerField()
    code = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]
    told = serializers.CharField()
    references = serializers.IntegerField()


class DuplicateGroup(serializers.Serializer[Any]):
    """Parties whose names are the same to the duplicate check: `key` is that name."""

    key = serializers.CharField()
    survivor = serializers.IntegerField()  # which would best remain
    two_companies = serializers.BooleanField()  # their tax numbers differ
    parties = GroupMember(many=True)


class DuplicateGroups(serializers.Serializer[Any]):
    count = serializers.IntegerField()
    results = DuplicateGroup(many=True)


class MergePreview(serializers.Serializer[Any]):
    """`absorbed` go up in `survivor`; `choices`: field → id of the party whose value is taken."""

    survivor = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    absorbed = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1), min_length=1, max_length=20
    )
    choices = serializers.DictField(child=serializers.IntegerField(), default=dict)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        parties = (attrs["survivor"], *attrs["absorbed"])
        if len(set(parties)) < len(parties):
            raise serializers.ValidationError({"absorbed": _("A party is not merged with itself.")})
        for name, pk in attrs["choices"].items():
            if name not in MERGED_FIELDS or pk not in parties:
                raise serializers.ValidationError(
                    {"choices": _("%(field)s is no field, or no party, to choose between.") % {"field": name}}
                )
        return attrs


class MergeGroup(MergePreview):
    reason = serializers.CharField(default="", allow_blank=True, max_length=200)


class MergeGroups(serializers.Serializer[Any]):
    groups = serializers.ListField(child=MergeGroup(), min_length=1, max_length=100)
