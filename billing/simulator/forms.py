"""Reading the form bodies of Stripe's API: `items[0][price]=x&metadata[key]=y` to nested dictionaries and lists."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qsl

_KEY = re.compile(r"\[([^\]]*)\]")


def decode(body: str) -> dict[str, Any]:
    """Nested dictionaries; a level whose keys are 0, 1, 2 … or empty (`expand[]=`) becomes a list."""
    tree: dict[str, Any] = {}
    for name, value in parse_qsl(body, keep_blank_values=True):
        head, bracket, rest = name.partition("[")
        path = [head, *_KEY.findall(bracket + rest)]
        node = tree
        for key in path[:-1]:
            child = node.setdefault(_key(node, key), {})
            if not isinstance(child, dict):
                child = node[key] = {}
            node = child
        node[_key(node, path[-1])] = value
    return {key: _lists(value) for key, value in tree.items()}


def _key(node: dict[str, Any], key: str) -> str:
    return key if key else str(len(node))


def _lists(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if value and all(key.isdigit() for key in value):
        return [_lists(value[key]) for key in sorted(value, key=int)]
    return {key: _lists(child) for key, child in value.items()}
