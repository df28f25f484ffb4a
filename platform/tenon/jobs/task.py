"""Tasks of companies: they carry company, actor and request in their headers and enter through the one door."""

from __future__ import annotations

from typing import Any

from celery import Task
from django.conf import settings
from django.utils.module_loading import import_string

from tenon.access.actor import Actor
from tenon.tenancy.context import Company, NoCompany, current_or_none, outside, serving

COMPANY, ACTOR, REQUEST = "tenon_company", "tenon_actor", "tenon_request"


def company_of(company_id: int) -> Company | None:
    return import_string(settings.COMPANY_BY_ID)(company_id)  # type: ignore[no-any-return]


class CompanyTask(Task):
    """Base of all tasks that touch a company's data. Enqueueing takes the company being served; running without one is
    refused. `self.actor_ref` and `self.request_id` say on whose behalf."""

    abstract = True

    def apply_async(self, args: Any = None, kwargs: Any = None, *rest: Any, **options: Any) -> Any:
        headers = dict(options.pop("headers", None) or {})
        company = current_or_none()
        if COMPANY not in headers and company is not None:
            headers[COMPANY] = company.id
        if not headers.get(COMPANY):
            raise NoCompany(f"task {self.name} belongs to a company and none is being served")
        return super().apply_async(args, kwargs, *rest, headers=headers, **options)

    def _header(self, name: str) -> Any:
        return (self.request.headers or {}).get(name) or getattr(self.request, name, None)

    @property
    def actor_ref(self) -> str:
        return self._header(ACTOR) or ""

    @property
    def request_id(self) -> str:
        return self._header(REQUEST) or ""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        company_id = self._header(COMPANY)
        with outside():
            company = company_of(int(company_id)) if company_id else None
        if company is None:
            raise NoCompany(f"task {self.name} came without a company, or for one that is gone")
        with serving(company):
            return self.run(*args, **kwargs)


class PublicTask(Task):
    """Base of tasks about no company in particular: they see public tables only."""

    abstract = True

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        with outside():
            return self.run(*args, **kwargs)


def headers_for(company: Company, actor: Actor | None = None, request_id: str = "") -> dict[str, Any]:
    return {
        COMPANY: company.id,
        ACTOR: actor.ref if actor else "",
        REQUEST: request_id or (actor.request_id if actor else ""),
    }
