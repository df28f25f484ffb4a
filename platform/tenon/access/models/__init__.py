"""Departments, roles, members and API keys of a company."""

from tenon.access.models.api_key import ApiKey
from tenon.access.models.department import Department
from tenon.access.models.grant import TemporaryGrant
from tenon.access.models.member import Member
from tenon.access.models.menu_patch import MenuPatch, MenuVersion
from tenon.access.models.role import Role

__all__ = ["ApiKey", "Department", "Member", "MenuPatch", "MenuVersion", "Role", "TemporaryGrant"]
