"""What may be done with accounts."""

from klankbord.errors import N_
from klankbord.permissions import EVERYBODY, PORTAL, STAFF, Permission, Role

SIGN_IN = Permission("accounts.sign_in", N_("Sign in"), EVERYBODY)
OWN_DEVICES = Permission(
    "accounts.own_devices", N_("See and end one's own devices"), STAFF | PORTAL
)
OWN_ACCOUNT = Permission(
    "accounts.own", N_("Change one's own password and second factor"), STAFF
)
MANAGE_STAFF = Permission(
    "accounts.manage_staff",
    N_("Invite colleagues, and change their roles"),
    frozenset({Role.TENANT_ADMIN}),
)
MAKE_LINK = Permission(
    "accounts.make_link",
    N_("Make a link that signs somebody in"),
    frozenset({Role.SYSTEM}),
)
