"""What may be done, and by which roles.

A role alone opens no client's data: services also ask for the relation (my case, my
match, my own answer).
"""

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache


class Role(StrEnum):
    """Every role of the domain; a person may hold several."""

    PARENT = "parent"
    YOUTH = "youth"
    CHILD = "child"
    BUDDY = "buddy"
    WORKER = "worker"
    DEPUTY = "deputy"
    TEAM_LEAD = "team_lead"
    BEHAVIOURAL_EXPERT = "behavioural_expert"
    BUDDY_COORDINATOR = "buddy_coordinator"
    CLIENT_OFFICE = "client_office"
    COMPLAINTS_OFFICER = "complaints_officer"
    CLIENT_COUNCIL = "client_council"
    MANAGEMENT = "management"
    TENANT_ADMIN = "tenant_admin"
    PRIVACY_OFFICER = "privacy_officer"
    # Nobody signs in as these two: a visitor, and the system in a job.
    ANONYMOUS = "anonymous"
    SYSTEM = "system"


CLIENTS = frozenset({Role.PARENT, Role.YOUTH, Role.CHILD})
PORTAL = CLIENTS | {Role.BUDDY}
CASE_WORKERS = frozenset({Role.WORKER, Role.DEPUTY})
STAFF = frozenset(Role) - PORTAL - {Role.ANONYMOUS, Role.SYSTEM}
EVERYBODY = frozenset(Role) - {Role.SYSTEM}


@dataclass(frozen=True)
class Permission:
    """Something a role may do; the name starts with its plugin's or feature's."""

    name: str
    title: str
    roles: frozenset[Role]

    @property
    def owner(self) -> str:
        """Return the plugin or core feature that the permission belongs to."""
        return self.name.partition(".")[0]

    @property
    def audience(self) -> str:
        """Return who it is meant for: public, portal, staff or system."""
        if Role.ANONYMOUS in self.roles:
            return "public"
        if self.roles & STAFF:
            return "staff"
        return "portal" if self.roles & PORTAL else "system"


@lru_cache(maxsize=4096)
def allows(permission: Permission, roles: frozenset[Role]) -> bool:
    """Tell whether any of the roles holds the permission."""
    return bool(permission.roles & roles)
