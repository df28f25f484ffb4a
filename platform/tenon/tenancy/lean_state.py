"""The models that a migration sees, rendered when a step asks for them.

Django keeps the models of the whole project rendered and, at every step, renders anew all that are related to the one
that changed: with some hundreds of related models that is nine tenths of the time that building a database takes. Most
steps only ask for one model. Here it is rendered with those it points at, and thrown away when anything changes.

Whoever asks for more gets all: a step in Python, and whatever looks for what points at a model."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.migrations.state import ModelState, ProjectState, StateApps
from django.db.migrations.utils import resolve_relation
from django.db.models import Model

Key = tuple[str, str]  # app label, model name in lower case


class LeanState(ProjectState):
    _rendered: StateApps | None = None

    @property
    def apps(self) -> StateApps:  # type: ignore[override]  # never in __dict__, so Django reloads nothing there
        if self._rendered is None:
            self._rendered = LeanApps(self.real_apps, self.models)  # type: ignore[arg-type]
        return self._rendered

    def add_model(self, model_state: ModelState) -> None:
        self._rendered = None
        super().add_model(model_state)

    def remove_model(self, app_label: str, model_name: str) -> None:
        self._rendered = None
        super().remove_model(app_label, model_name)

    def reload_model(self, app_label: str, model_name: str, delay: bool = False) -> None:
        self._rendered = None

    def reload_models(self, models: Iterable[Any], delay: bool = True) -> None:
        self._rendered = None

    def clear_delayed_apps_cache(self) -> None:
        """Django calls this before it gives the models to a step in Python."""
        self._rendered = StateApps(self.real_apps, self.models)  # type: ignore[arg-type]

    def clone(self) -> LeanState:
        return LeanState({key: state.clone() for key, state in self.models.items()}, self.real_apps)


class LeanApps(StateApps):
    def __init__(self, real_apps: list[str], models: dict[Key, ModelState]) -> None:
        self._states: dict[Key, ModelState] = {}
        super().__init__(real_apps, {})
        self._states = models

    def get_model(self, app_label: str, model_name: str | None = None, require_ready: bool = True) -> type[Model]:
        if model_name is None:
            app_label, model_name = app_label.split(".")
        self._render(self._with_targets((app_label, model_name.lower())))
        return super().get_model(app_label, model_name, require_ready)

    def get_models(self, include_auto_created: bool = False, include_swapped: bool = False) -> list[type[Model]]:  # type: ignore[override]
        self._render(self._states)
        found = [m for models in self.all_models.values() for m in models.values()]
        return [
            m for m in found
            if (include_auto_created or not m._meta.auto_created) and (include_swapped or not m._meta.swapped)
        ]  # fmt: skip

    def clear_cache(self) -> None:
        if self.ready:
            for models in self.all_models.values():
                for model in models.values():
                    model._meta._expire_cache()  # type: ignore[attr-defined]

    def _render(self, keys: Iterable[Key]) -> None:
        missing = [k for k in keys if k in self._states and k[1] not in self.all_models.get(k[0], {})]
        self.render_multiple([self._states[k] for k in missing])

    def _with_targets(self, key: Key) -> set[Key]:
        """The model, what its fields point at, and of both what they inherit from or have as their key."""
        found = {key}
        if key in self._states:
            found |= set(_pointed_at(self._states[key], key, keys_only=False))
        todo = list(found)
        while todo:
            one = todo.pop()
            more = set(_pointed_at(self._states[one], one, keys_only=True)) - found if one in self._states else set()
            found |= more
            todo += more
        return found


def _pointed_at(state: ModelState, key: Key, *, keys_only: bool) -> Iterator[Key]:
    for base in state.bases:
        if isinstance(base, str):  # others are abstract
            yield resolve_relation(base, *key)
    for field in state.fields.values():
        if field.remote_field and (field.primary_key or not keys_only):
            yield resolve_relation(field.remote_field.model, *key)
            through = getattr(field.remote_field, "through", None)
            if through:
                yield resolve_relation(through, *key)
