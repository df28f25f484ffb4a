"""JSON in: orjson; what is no JSON is refused with its place."""

from __future__ import annotations

from typing import Any

import orjson
from django.utils.translation import gettext_lazy as _
from rest_framework.parsers import BaseParser

from tenon.problems import Invalid


class OrjsonParser(BaseParser):
    media_type = "application/json"

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        body = stream.read()
        if not body:
            return {}
        try:
            return orjson.loads(body)
        except orjson.JSONDecodeError as error:
            raise Invalid(
                _("The body is not valid JSON: %(reason)s") % {"reason": str(error)},
            ) from None
