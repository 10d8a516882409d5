"""Who may do what with Startvragen; services also ask for the relation itself."""

from klankbord.errors import N_
from klankbord.permissions import CLIENTS, Permission, Role

OWN = Permission(
    "startvragen.own", N_("Say how it works for me, and who may read it"), CLIENTS
)
WORK = Permission(
    "startvragen.work",
    N_("Go through the questions with my families"),
    frozenset({Role.WORKER}),
)
READ = Permission(
    "startvragen.read",
    N_("Read what a family shared of how it works for them"),
    WORK.roles | {Role.BEHAVIOURAL_EXPERT},
)
ANSWER = Permission(
    "startvragen.answer",
    N_("Answer the questions on the card"),
    OWN.roles | WORK.roles | {Role.SYSTEM},
)
LOOK_AFTER = Permission(
    "startvragen.look_after",
    N_("Put answers on the sheet, and ask whether it still fits"),
    frozenset({Role.SYSTEM}),
)
# What a case event sets in motion, whoever wrote the event down.
REACT = Permission(
    "startvragen.react",
    N_("React to what happens in a case"),
    frozenset(Role) - {Role.ANONYMOUS},
)
# The core asks first whether this person may export or erase.
PRIVACY = Permission(
    "startvragen.privacy",
    N_("Export and erase what is kept of a client"),
    frozenset(Role) - {Role.ANONYMOUS},
)
ALL = (OWN, WORK, READ, ANSWER, LOOK_AFTER, REACT, PRIVACY)
