"""What the shared data layer's own addresses take and answer."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers


class PartyLike(serializers.Serializer[Any]):
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
    reason = serializers.ChoiceField(choices=["tax_id", "code", "barcode", "email", "phone", "name", "similar_name"])
    likeness = serializers.DecimalField(max_digits=3, decimal_places=2)


class Duplicates(serializers.Serializer[Any]):
    results = Duplicate(many=True)


class RoleQuery(serializers.Serializer[Any]):
    role = serializers.ChoiceField(choices=["customer", "supplier"], default="customer")


class GroupMember(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    code = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]


class DuplicateGroup(serializers.Serializer[Any]):
    """Parties whose names are the same to the duplicate check: `key` is that name."""

    key = serializers.CharField()
    parties = GroupMember(many=True)


class DuplicateGroups(serializers.Serializer[Any]):
    count = serializers.IntegerField()
    results = DuplicateGroup(many=True)
