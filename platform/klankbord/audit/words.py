"""What the access log says in plain words: message ids by value."""

from collections.abc import Mapping

from klankbord.audit.models import Action, Category, Ground
from klankbord.errors import N_
from klankbord.permissions import Role

ACTIONS: Mapping[Action, str] = {
    Action.CREATE: N_("Wrote down"),
    Action.READ: N_("Looked at"),
    Action.UPDATE: N_("Changed"),
    Action.DELETE: N_("Erased"),
    Action.EXPORT: N_("Downloaded"),
    Action.REFUSED: N_("Was refused"),
}
# Said to the person whose data it is.
YOURS: Mapping[Category, str] = {
    Category.PERSON: N_("your name and how to reach you"),
    Category.CASE: N_("who works with you and why"),
    Category.APPOINTMENTS: N_("your appointments"),
    Category.ANSWERS: N_("your answers"),
    Category.AGREEMENTS: N_("your agreements"),
    Category.CONSENT: N_("what you said yes or no to"),
    Category.INVITATIONS: N_("your invitation"),
    Category.ACCOUNT: N_("how you sign in"),
    Category.TASKS: N_("what you can do"),
    Category.MESSAGES: N_("messages to you"),
    Category.LOG: N_("who looked at your data"),
    Category.SETTINGS: N_("the settings of the organisation"),
    Category.EVERYTHING: N_("everything about you"),
}
# Said to somebody else.
CATEGORIES: Mapping[Category, str] = {
    Category.PERSON: N_("Name and contact"),
    Category.CASE: N_("Case"),
    Category.APPOINTMENTS: N_("Appointments"),
    Category.ANSWERS: N_("Answers"),
    Category.AGREEMENTS: N_("Agreements"),
    Category.CONSENT: N_("Consent"),
    Category.INVITATIONS: N_("Invitation"),
    Category.ACCOUNT: N_("Account"),
    Category.TASKS: N_("Tasks"),
    Category.MESSAGES: N_("Messages"),
    Category.LOG: N_("Access log"),
    Category.SETTINGS: N_("Settings"),
    Category.EVERYTHING: N_("Everything"),
}
GROUNDS: Mapping[Ground, str] = {
    Ground.OWN: N_("You did this yourself"),
    Ground.RELATION: N_("Works with you"),
    Ground.ROLE: N_("Needs this for the work"),
    Ground.CONSENT: N_("You said yes to this"),
    Ground.EMERGENCY: N_("Emergency: there was no time to ask"),
    Ground.SYSTEM: N_("Happens by itself"),
    Ground.NONE: N_("Had no right to see this"),
}
GROUNDS_FOR_STAFF: Mapping[Ground, str] = {
    Ground.OWN: N_("Own data"),
    Ground.RELATION: N_("Relation"),
    Ground.ROLE: N_("Role"),
    Ground.CONSENT: N_("Consent"),
    Ground.EMERGENCY: N_("Emergency"),
    Ground.SYSTEM: N_("Automatic"),
    Ground.NONE: N_("No ground"),
}
ROLES: Mapping[Role, str] = {
    Role.PARENT: N_("parent"),
    Role.YOUTH: N_("young person"),
    Role.CHILD: N_("child"),
    Role.BUDDY: N_("buddy"),
    Role.WORKER: N_("youth protection worker"),
    Role.DEPUTY: N_("deputy"),
    Role.TEAM_LEAD: N_("team lead"),
    Role.BEHAVIOURAL_EXPERT: N_("behavioural expert"),
    Role.BUDDY_COORDINATOR: N_("coordinator of the buddies"),
    Role.CLIENT_OFFICE: N_("client office"),
    Role.COMPLAINTS_OFFICER: N_("complaints officer"),
    Role.CLIENT_COUNCIL: N_("client council"),
    Role.MANAGEMENT: N_("management"),
    Role.TENANT_ADMIN: N_("manager of this website"),
    Role.PRIVACY_OFFICER: N_("privacy officer"),
    Role.ANONYMOUS: N_("visitor"),
    Role.SYSTEM: N_("the computer"),
}
