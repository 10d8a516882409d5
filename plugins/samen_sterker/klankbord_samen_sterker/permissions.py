"""Who may do what with Samen Sterker; services also ask for the pair itself."""

from klankbord.errors import N_
from klankbord.permissions import CLIENTS, Permission, Role

SHARE = Permission("samen_sterker.share", N_("Say how working together goes"), CLIENTS)
WORK = Permission(
    "samen_sterker.work",
    N_("Review the working relationship with my families"),
    frozenset({Role.WORKER}),
)
ANSWER = Permission(
    "samen_sterker.answer",
    N_("Answer the five questions"),
    SHARE.roles | WORK.roles | {Role.SYSTEM},
)
LEAD = Permission(
    "samen_sterker.lead",
    N_("See that a review did not happen twice, and the team's figures"),
    frozenset({Role.TEAM_LEAD}),
)
LOOK_AFTER = Permission(
    "samen_sterker.look_after",
    N_("Plan, remind, open and forget reviews"),
    frozenset({Role.SYSTEM}),
)
# What a case event sets in motion, whoever wrote the event down.
REACT = Permission(
    "samen_sterker.react",
    N_("React to what happens in a case"),
    frozenset(Role) - {Role.ANONYMOUS},
)
# The core asks first whether this person may export or erase.
PRIVACY = Permission(
    "samen_sterker.privacy",
    N_("Export and erase what is kept of a client"),
    frozenset(Role) - {Role.ANONYMOUS},
)
ALL = (SHARE, WORK, ANSWER, LEAD, LOOK_AFTER, REACT, PRIVACY)
