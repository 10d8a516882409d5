"""Who decides about the organisation itself."""

from klankbord.errors import N_
from klankbord.permissions import Permission, Role

CHANGE = Permission(
    "organisation.change",
    N_("Change the organisation's look, texts and facts"),
    frozenset({Role.TENANT_ADMIN}),
)
BEGIN = Permission(
    "organisation.begin",
    N_("Make an organisation's first account"),
    frozenset({Role.SYSTEM}),
)
TAKE_OUT = Permission(
    "organisation.take_out",
    N_("Write everything of the organisation to a file"),
    frozenset({Role.SYSTEM}),
)
