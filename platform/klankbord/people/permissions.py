"""What may be done with families; each service also asks for the relation."""

from klankbord.errors import N_
from klankbord.permissions import CASE_WORKERS, CLIENTS, Permission, Role

LEADS = CASE_WORKERS | {Role.TEAM_LEAD}

SEE = Permission(
    "people.see", N_("See the own families"), LEADS | {Role.BEHAVIOURAL_EXPERT}
)
CHANGE = Permission("people.change", N_("Change the own families"), CASE_WORKERS)
OPEN = Permission("people.open", N_("Start with a new family"), LEADS)
ASSIGN = Permission("people.assign", N_("Say who works with a family"), LEADS)
EMERGENCY = Permission(
    "people.emergency",
    N_("Open a family of others in an emergency"),
    frozenset({Role.WORKER}),
)
CONSENT = Permission("people.consent", N_("Say yes or no for oneself"), CLIENTS)
KEEP_ROLES = Permission(
    "people.keep_roles",
    N_("Let the role of a child follow the age"),
    frozenset({Role.SYSTEM}),
)
