"""What may be done with invitations."""

from klankbord.errors import N_
from klankbord.permissions import CASE_WORKERS, EVERYBODY, Permission, Role

INVITE = Permission(
    "invitations.invite",
    N_("Invite clients and buddies"),
    CASE_WORKERS | {Role.BUDDY_COORDINATOR},
)
ACCEPT = Permission("invitations.accept", N_("Accept an invitation"), EVERYBODY)
EXPIRE = Permission(
    "invitations.expire", N_("Mark invitations as expired"), frozenset({Role.SYSTEM})
)
