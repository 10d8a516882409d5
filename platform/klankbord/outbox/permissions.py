"""What may be done with messages and scheduled runs."""

from klankbord.errors import N_
from klankbord.permissions import Permission, Role

DELIVER = Permission("outbox.deliver", N_("Send messages"), frozenset({Role.SYSTEM}))
RUN = Permission("outbox.run", N_("Run scheduled work"), frozenset({Role.SYSTEM}))
MANAGE = Permission(
    "outbox.manage",
    N_("See which messages were not sent, and send or withdraw them"),
    frozenset({Role.TENANT_ADMIN}),
)
