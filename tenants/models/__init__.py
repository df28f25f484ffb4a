"""Public tables: people, companies, their addresses and what they are entitled to."""

from tenants.models.activity import CompanyActivity
from tenants.models.archive import CompanyExport, CompanyRestore
from tenants.models.deletion import CompanyDeletion
from tenants.models.entitlement import Entitlement
from tenants.models.log import CompanyLog, LoginLog
from tenants.models.membership import Invitation, Membership
from tenants.models.person import Person
from tenants.models.support import Staff, SupportGrant, SupportSession, SupportVisit
from tenants.models.tenant import Domain, Tenant

__all__ = [
    "CompanyActivity",
    "CompanyDeletion",
    "CompanyExport",
    "CompanyLog",
    "CompanyRestore",
    "Domain",
    "Entitlement",
    "Invitation",
    "LoginLog",
    "Membership",
    "Person",
    "Staff",
    "SupportGrant",
    "SupportSession",
    "SupportVisit",
    "Tenant",
]
