"""The four usual permissions of an entity."""

from __future__ import annotations

from tenon.registry.types import Permission, Text


def crud(
    entity: str,
    title: Text,
    *,
    view: tuple[str, ...] = (),
    edit: tuple[str, ...] = (),
    features: tuple[str, ...] = (),
) -> tuple[Permission, ...]:
    """view, create, update and delete of `entity`. `edit` roles may view too; owner and admin hold all anyway."""
    viewers = tuple(dict.fromkeys((*view, *edit)))
    return (
        Permission(f"{entity}.view", title, features, viewers),
        *(Permission(f"{entity}.{verb}", title, features, edit) for verb in ("create", "update", "delete")),
    )
