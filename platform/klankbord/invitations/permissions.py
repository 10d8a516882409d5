"""What may be done with invitations."""

from klankbord.errors import N_
from klankbord.permissions import CASE_WORKERS, CLIENTS, EVERYBODY, Permission, Role

INVITE = Permission(
    "invitations.invite",
    N_("Invite clients and buddies"),
    CASE_WORKERS | {Role.BUDDY_COORDINATOR},
)
ACCEPT = Permission("invitations.accept", N_("Accept an invitation"), EVERYBODY)
EXPIRE = Permission(
    "invitations.expire", N_("Mark invitations as expired"), frozenset({Role.SYSTEM})
)
OWN_MAILBOX = Permission(
    "invitations.own_mailbox", N_("Add a mailbox of one's own"), CLIENTS
)
