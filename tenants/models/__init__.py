"""Public tables: people, companies, their addresses and what they are entitled to."""

from tenants.models.entitlement import Entitlement
from tenants.models.membership import Invitation, Membership
from tenants.models.person import Person
from tenants.models.tenant import Domain, Tenant

__all__ = ["Domain", "Entitlement", "Invitation", "Membership", "Person", "Tenant"]
