"""Models of migrations, rendered when asked for: the same as Django's, only later."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.migrations.state import ModelState

from tenon.tenancy.lean_state import LeanState


def state() -> LeanState:
    made = LeanState()
    key = ("id", models.BigAutoField(primary_key=True))
    made.add_model(ModelState("shop", "Town", [key]))
    made.add_model(ModelState("shop", "Customer", [key, ("town", models.ForeignKey("shop.Town", models.PROTECT))]))
    made.add_model(ModelState("shop", "Order", [key, ("by", models.ForeignKey("shop.Customer", models.PROTECT))]))
    return made


def rendered(of: LeanState) -> set[str]:
    return set(of.apps.all_models["shop"])


def test_a_model_comes_with_what_it_points_at_and_no_more() -> None:
    here = state()
    customer: Any = here.apps.get_model("shop", "Customer")
    assert rendered(here) == {"customer", "town"}
    assert customer._meta.get_field("town").remote_field.model is here.apps.get_model("shop.town")


def test_whoever_looks_for_what_points_at_a_model_sees_all() -> None:
    here = state()
    town: Any = here.apps.get_model("shop", "Town")
    assert rendered(here) == {"town"}
    assert [r.related_model._meta.model_name for r in town._meta.related_objects] == ["customer"]
    assert rendered(here) == {"town", "customer", "order"}


def test_a_change_is_seen_at_once_and_not_in_what_was_before() -> None:
    here = state()
    here.apps.get_model("shop", "Town")
    before = here.clone()
    here.add_field("shop", "town", "name", models.CharField(max_length=40), preserve_default=True)
    now, then = (each.apps.get_model("shop", "Town")._meta.fields for each in (here, before))
    assert [f.name for f in now] == ["id", "name"]
    assert [f.name for f in then] == ["id"]
    here.remove_model("shop", "order")
    assert {m.__name__ for m in here.apps.get_models()} == {"Town", "Customer"}


def test_a_step_in_python_is_given_all_models() -> None:
    here = state()
    here.clear_delayed_apps_cache()  # as RunPython does
    assert rendered(here) == {"town", "customer", "order"}


def test_what_a_model_inherits_from_comes_along() -> None:
    here = state()
    here.add_model(ModelState("shop", "KeyAccount", [], bases=("shop.customer",)))
    account: Any = here.apps.get_model("shop", "KeyAccount")
    assert [p.__name__ for p in account._meta.parents] == ["Customer"]
    assert account._meta.pk.name == "customer_ptr"
