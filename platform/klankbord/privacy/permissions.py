"""Who may take along or erase what is kept about a person."""

from klankbord.errors import N_
from klankbord.permissions import CLIENTS, Permission, Role

EXPORT_OWN = Permission(
    "privacy.export_own", N_("Download everything about oneself"), CLIENTS
)
ERASE = Permission(
    "privacy.erase",
    N_("Erase everything about a person"),
    frozenset({Role.PRIVACY_OFFICER}),
)
