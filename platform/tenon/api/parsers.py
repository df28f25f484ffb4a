"""JSON in: orjson; what is no JSON is refused with its place."""

from __future__ import annotations

from typing import Any

import orjson
from django.utils.translation import gettext_lazy as _
from rest_framework.parsers import BaseParser

from tenon.problems import Invalid

DEEPEST = 40


class OrjsonParser(BaseParser):
    media_type = "application/json"

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        body = stream.read()
        if not body:
            return {}
        try:
            value = orjson.loads(body)
        except orjson.JSONDecodeError as error:
            raise Invalid(
                _("The body is not valid JSON: %(reason)s") % {"reason": str(error)},
            ) from None
        if _deeper_than(DEEPEST, value):
            raise Invalid(_("The body is nested more than %(n)s levels deep.") % {"n": DEEPEST})
        return value


def _deeper_than(levels: int, value: Any) -> bool:
    """Whatever looks into a value later may do so by calling itself."""
    level = [value]
    for _level in range(levels):
        level = [
            child
            for item in level
            for child in (item.values() if isinstance(item, dict) else item if isinstance(item, list) else ())
            if isinstance(child, (dict, list))
        ]
        if not level:
            return False
    return True
