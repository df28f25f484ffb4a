"""What every module keeps to. A class `Conformance` over one manifest; test_conformance.py makes one for each installed
module, and a module's own tests may inherit it to add to it."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from typing import Any, ClassVar

import pytest
from django.apps import apps
from django.utils import translation
from django.utils.functional import Promise
from django.utils.module_loading import import_string

from tenon.api.shapes import kernel_shapes, shapes
from tenon.records.base import Record
from tenon.registry import hooks
from tenon.registry.registry import registry
from tenon.registry.types import Field, ModuleManifest

_LAZY = Promise  # with or without a context
_CHINESE = re.compile(r"[\u4e00-\u9fff]")
# Words that are the same in both languages.
_SAME = {"CRM", "MRP", "BOM", "API", "ID", "SKU", "URL", "Tenon"}


def bilingual(text: Any) -> bool:
    """Lazy, and something else in Chinese (unless it is a name or an abbreviation)."""
    if not isinstance(text, _LAZY):
        return False
    with translation.override("zh-hans"):
        return bool(_CHINESE.search(str(text))) or str(text) in _SAME


class Conformance:
    manifest: ClassVar[ModuleManifest]

    @pytest.fixture(autouse=True)
    def _english(self) -> Iterator[None]:
        with translation.override("en"):
            yield

    @property
    def key(self) -> str:
        return self.manifest.key

    # --- names

    def test_names_are_well_formed(self) -> None:
        assert re.fullmatch(r"[a-z][a-z0-9_]*", self.key)
        for code in [f.key for f in self.manifest.features] + [e.key for e in self.manifest.entities]:
            assert re.fullmatch(rf"{self.key}\.[a-z][a-z0-9_]*", code), code
        for permission in self.manifest.permissions:
            assert re.fullmatch(rf"{self.key}\.[a-z0-9_]+\.[a-z0-9_]+", permission.code), permission.code
        for entity in self.manifest.entities:
            assert re.fullmatch(r"[a-z][a-z0-9-]*", entity.path), entity.path
        for schedule in self.manifest.schedules:
            assert schedule.key.startswith(f"{self.key}."), schedule.key

    def test_a_module_with_features_has_a_core(self) -> None:
        if self.manifest.features:
            assert any(f.core for f in self.manifest.features), "nothing would stand for the module itself"

    # --- words

    def test_titles_are_in_both_languages(self) -> None:
        said: list[tuple[str, Any]] = [(self.key, self.manifest.title)]
        said += [("description", self.manifest.description)] if self.manifest.description else []
        said += [(f.key, f.title) for f in self.manifest.features]
        said += [(p.code, p.title) for p in self.manifest.permissions]
        said += [(r.key, r.title) for r in self.manifest.roles]
        said += [(n.id, n.title) for n in self.manifest.menus if n.title]
        for entity in self.manifest.entities:
            meta = apps.get_model(entity.model)._meta
            said.append((entity.key, entity.label or meta.verbose_name))
            said.append((f"{entity.key} (plural)", entity.label_plural or meta.verbose_name_plural))
            said += [(f"{entity.key}:{s.value}", s.label) for s in entity.states]
            said += [(f"{entity.key}/{a.key}", a.label) for a in entity.actions]
            said += [(f"{entity.key}?{v.key}", v.title) for v in entity.views]
            said += [(f"{entity.key}#{i}", s.title) for i, s in enumerate(entity.form)]
            said += [(f"{entity.key}.{k}", s.label) for k, s in shapes(entity.key).items()]
        wrong = [f"{where}: {text}" for where, text in said if not bilingual(text)]
        assert wrong == [], f"{len(wrong)} texts lack a translation: {wrong}"

    # --- entities

    def test_entities_have_models_fields_and_permissions(self) -> None:
        codes = registry().permissions
        for entity in self.manifest.entities:
            model = apps.get_model(entity.model)
            known = {*shapes(entity.key), *kernel_shapes(entity.key)}
            for key in (*entity.list, *entity.totals, *(f for s in entity.form for f in s.fields)):
                assert key.partition(".")[0] in known, f"{entity.key} shows unknown field {key}"
            for key in (entity.title_field, entity.subtitle_field, entity.state_field):
                assert not key or key.partition(".")[0] in known, f"{entity.key}: unknown field {key}"
            for name in (entity.owner_field, entity.department_field, entity.parent_field):
                if name:
                    assert model._meta.get_field(name.partition("__")[0]), f"{entity.key}: no field {name}"
            view = f"{entity.permission_prefix}.view"
            assert view in codes, f"{entity.key} needs the permission {view}"
            # A verb whose code nobody declares is one that nobody may: fine for one, not for all of a writable entity.
            verbs = [v for v in ("create", "update", "delete") if f"{entity.permission_prefix}.{v}" in codes]
            assert verbs or entity.actions or not entity.writable, f"{entity.key} is writable, and nobody may write it"

    def test_states_are_those_of_the_model(self) -> None:
        for entity in self.manifest.entities:
            if not entity.state_field:
                continue
            field = apps.get_model(entity.model)._meta.get_field(entity.state_field)
            values = {v for v, _label in field.flatchoices or ()}  # type: ignore[union-attr]
            if values:
                assert {s.value for s in entity.states} == values, entity.key
            for action in entity.actions:
                assert set(action.states) <= values, f"{entity.key}/{action.key}"

    def test_services_exist_and_are_services(self) -> None:
        for entity in self.manifest.entities:
            for path in filter(None, (entity.create, entity.update, entity.delete)):
                self._is_service(path)
            for action in entity.actions:
                function = self._is_service(action.service)
                names = set(inspect.signature(function).parameters)
                given = {p.key if isinstance(p, Field) else p for p in action.params}
                assert {"actor", action.argument} <= names, f"{action.service} lacks {action.argument}"
                assert given <= names or self._takes_all(function), f"{action.service} does not take {given - names}"

    def test_services_take_what_may_be_written(self) -> None:
        """A form shows these fields, and the web app sends all that a form shows."""
        for entity in self.manifest.entities:
            for path, once in ((entity.create, True), (entity.update, False)):
                function = import_string(path) if path else None
                names = set(inspect.signature(function).parameters) if function else set()
                if function is None or "data" in names or self._takes_all(function):
                    continue
                written = {
                    key for key, shape in shapes(entity.key).items()
                    if not shape.read_only and not shape.custom and (once or not shape.write_once)
                }  # fmt: skip
                assert written <= names, f"{path} does not take {sorted(written - names)}"

    @staticmethod
    def _is_service(path: str) -> Callable[..., Any]:
        function = import_string(path)
        assert getattr(function, "is_service", False), f"{path} is no @service"
        keyword = (inspect.Parameter.KEYWORD_ONLY, inspect.Parameter.VAR_KEYWORD)
        positional = [p.name for p in inspect.signature(function).parameters.values() if p.kind not in keyword]
        assert positional == [], f"{path} takes positional arguments"
        return function  # type: ignore[no-any-return]

    @staticmethod
    def _takes_all(function: Callable[..., Any]) -> bool:
        kinds = [p.kind for p in inspect.signature(function).parameters.values()]
        return inspect.Parameter.VAR_KEYWORD in kinds

    def test_every_record_has_an_entity_or_says_that_it_is_internal(self) -> None:
        config = apps.get_app_config(self._app_label())
        known = {e.model.lower() for e in registry().entities.values()}
        hidden = [
            m._meta.label
            for m in config.get_models()
            if issubclass(m, Record) and m._meta.label_lower not in known and not getattr(m, "internal", False)
        ]
        assert hidden == [], hidden

    def _app_label(self) -> str:
        package = hooks.packages()[self.key]
        return next(c.label for c in apps.get_app_configs() if c.name == package)

    # --- menu

    def test_pages_of_the_menu_lead_somewhere(self) -> None:
        known = registry()
        for node in self.manifest.menus:
            page = bool(node.entity or node.route)
            assert known.menu_depth(node) == (3 if page else known.menu_depth(node)), f"{node.id} is not on level 3"
            assert page or known.menu_depth(node) < 3, f"{node.id} leads nowhere"
            assert node.entity or known.menus[node.id].title, f"{node.id} has no title"
            # a page that moved keeps its id: it names its area, not always its group
            area = node.parent.partition(".")[0]
            assert not node.parent or node.id.startswith(f"{area}."), f"{node.id} does not name its area"
            assert not node.permission or node.permission in known.permissions, node.id
            assert not node.route or node.route.startswith("/"), node.id
            assert all(f in known.features for f in node.features), node.id

    # --- roles, events, ports, schedules

    def test_roles_named_in_permissions_exist(self) -> None:
        for permission in self.manifest.permissions:
            assert set(permission.roles) <= set(registry().roles), permission.code

    def test_handlers_providers_and_schedules_can_be_called(self) -> None:
        for handler in self.manifest.handles:
            assert callable(import_string(handler.function)), handler.key
            assert handler.key.startswith(f"{self.key}."), handler.key
        for schedule in self.manifest.schedules:
            assert callable(import_string(schedule.task)), schedule.key
            assert not schedule.feature or schedule.feature in registry().features
        for contract, path in (*self.manifest.provides, *self.manifest.provides_many):
            provider = import_string(path)()
            wanted = [n for n, v in vars(contract).items() if callable(v) and not n.startswith("_")]
            for name in wanted:
                assert callable(getattr(provider, name, None)), f"{path} does not answer {name}"

    def test_seed_and_on_enable_take_what_they_are_given(self) -> None:
        for name, given in (("seed", {"actor", "company", "pack"}), ("on_enable", {"actor", "company"})):
            function = hooks.hook(self.key, name)
            if function is not None:
                assert given <= set(inspect.signature(function).parameters), f"{self.key}.{name}"
