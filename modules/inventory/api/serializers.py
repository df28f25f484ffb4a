"""What inventory's own addresses take."""

from __future__ import annotations

from rest_framework import serializers

MOST = 500


class ProductsQuery(serializers.Serializer):  # type: ignore[type-arg]
    """`products`: ids, separated by commas."""

    products = serializers.RegexField(r"^\d{1,18}(,\d{1,18})*$")

    def ids(self) -> list[int]:
        return [int(part) for part in self.validated_data["products"].split(",")][:MOST]


class PlaceQuery(serializers.Serializer):  # type: ignore[type-arg]
    """`place`: the place to open; none: the top. `product`: of this product only."""

    place = serializers.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    product = serializers.IntegerField(required=False, min_value=1, max_value=2**63 - 1)


class WarehouseQuery(serializers.Serializer):  # type: ignore[type-arg]
    """`warehouse`: the free stock of this one only."""

    warehouse = serializers.IntegerField(required=False, min_value=1, max_value=2**63 - 1, default=None)
