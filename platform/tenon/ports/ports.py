"""Finds the provider of a contract among the modules that are on in the current company."""

from __future__ import annotations

from functools import cache
from typing import TypeVar, cast

from django.utils.module_loading import import_string

from tenon.registry.registry import registry
from tenon.tenancy.context import current

Contract = TypeVar("Contract")


@cache
def _provider(path: str) -> object:
    return import_string(path)()


def find(contract: type[Contract]) -> Contract | None:
    """The provider of `contract`, or None while its module is off or can only be read (or nobody provides it).

    Contracts are Protocols of `modules.shared.contracts`; providers are named in manifests (`provides`)."""
    for manifest, path in registry().providers.get(contract, ()):
        if current().working.has_module(manifest.key):
            return cast(Contract, _provider(path))
    return None


def find_all(contract: type[Contract]) -> list[Contract]:
    """All providers of a contract that several modules answer (`provides_many` in their manifests), of modules on."""
    return [
        cast(Contract, _provider(path))
        for manifest, path in registry().answerers.get(contract, ())
        if current().working.has_module(manifest.key)
    ]
