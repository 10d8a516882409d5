"""Who may do what with the visitor book."""

from klankbord.permissions import CLIENTS, Permission, Role

WRITE = Permission("visitor_book.write", "Write in the visitor book", CLIENTS)
# The core asks first whether this person may export or erase.
PRIVACY = Permission(
    "visitor_book.privacy",
    "Export and erase what somebody wrote",
    frozenset(Role) - {Role.ANONYMOUS},
)
