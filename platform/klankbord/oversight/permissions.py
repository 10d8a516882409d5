"""Who reviews the access log."""

from klankbord.errors import N_
from klankbord.permissions import Permission, Role

REVIEW_LOG = Permission(
    "oversight.review_log",
    N_("Review who looked at whose data"),
    frozenset({Role.PRIVACY_OFFICER}),
)
