"""Who decides about methods. Whoever switches them sees numbers, never words."""

from klankbord.errors import N_
from klankbord.permissions import Permission, Role

SEE = Permission(
    "methods.see",
    N_("See which methods there are"),
    frozenset({Role.TENANT_ADMIN, Role.PRIVACY_OFFICER}),
)
SWITCH = Permission(
    "methods.switch", N_("Switch methods on and off"), frozenset({Role.TENANT_ADMIN})
)
CLEAR = Permission(
    "methods.clear",
    N_("Download and erase what a method kept"),
    frozenset({Role.PRIVACY_OFFICER}),
)
