"""The one who acts: a member, an API key or the system itself. Every service takes one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from tenon.problems import FeatureOff, FeatureReadOnly, Forbidden
from tenon.registry.registry import registry
from tenon.tenancy.context import Company, current

READING = frozenset({"view", "export"})  # last words of the codes that change nothing


@dataclass(frozen=True)
class Actor:
    """`permissions` are codes granted by roles; they count only while their feature is on (`can`).
    `scopes` map entity keys ("" = default) to own / department / subtree / all."""

    kind: Literal["member", "api_key", "system"]
    label: str
    member_id: int | None = None
    key_id: int | None = None
    department_id: int | None = None
    department_path: str = ""
    permissions: frozenset[str] = frozenset()
    scopes: Mapping[str, str] = field(default_factory=dict)
    hidden: Mapping[str, frozenset[str]] = field(default_factory=dict)  # entity key → field keys
    locked: Mapping[str, frozenset[str]] = field(default_factory=dict)  # entity key → read-only field keys
    roles: tuple[str, ...] = ()
    language: str = "en"
    request_id: str = ""

    @property
    def ref(self) -> str:
        """How the audit trail names it: `member:12`, `api_key:3`, `system:planning`."""
        if self.kind == "member":
            return f"member:{self.member_id}"
        if self.kind == "api_key":
            return f"api_key:{self.key_id}"
        return f"system:{self.label}"

    def feature_on(self, code: str) -> bool:
        """Whether what the permission is about is switched on; a link's, while all the modules that it joins are."""
        return self._on(code, current())

    def _on(self, code: str, company: Company) -> bool:
        features = registry().features_of_permission(code)
        return company.has_any(features) if features else company.has_module(code.partition(".")[0])

    def can(self, code: str) -> bool:
        """Granted and worth something now. Unknown codes are refused."""
        if code not in registry().permissions:
            return False
        if self.kind != "system" and code not in self.permissions:
            return False
        company = current()
        return self._on(code, company if code.rpartition(".")[2] in READING else company.working)

    def require(self, code: str) -> None:
        """Raises FeatureOff, FeatureReadOnly or Forbidden."""
        if self.can(code):
            return
        if code in registry().permissions:
            features = list(registry().features_of_permission(code))
            if not self.feature_on(code):
                raise FeatureOff(features=features)
            if self.kind == "system" or code in self.permissions:
                raise FeatureReadOnly(features=features)
        raise Forbidden(permission=code)

    def scope(self, entity: str) -> str:
        if self.kind == "system":
            return "all"
        return self.scopes.get(entity) or self.scopes.get("") or "own"

    @cached_property
    def subordinates(self) -> frozenset[int]:
        """Ids of the members who report to me, directly or through others."""
        from tenon.access.models import Member

        if self.member_id is None:
            return frozenset()
        return Member.subordinates_of(self.member_id)


def system(label: str) -> Actor:
    """The explicit system actor: all permissions (of features that are on), everything in scope."""
    return Actor(kind="system", label=label)
