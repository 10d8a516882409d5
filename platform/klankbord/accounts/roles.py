"""What the roles are called on the pages of staff."""

from klankbord.errors import N_
from klankbord.permissions import Role

STAFF_TITLES: dict[Role, str] = {
    Role.WORKER: N_("Youth protection worker"),
    Role.DEPUTY: N_("Deputy"),
    Role.TEAM_LEAD: N_("Team lead"),
    Role.BEHAVIOURAL_EXPERT: N_("Behavioural expert"),
    Role.BUDDY_COORDINATOR: N_("Buddy coordinator"),
    Role.CLIENT_OFFICE: N_("Client office"),
    Role.COMPLAINTS_OFFICER: N_("Complaints officer"),
    Role.CLIENT_COUNCIL: N_("Client council"),
    Role.MANAGEMENT: N_("Management"),
    Role.TENANT_ADMIN: N_("Administrator"),
    Role.PRIVACY_OFFICER: N_("Privacy officer"),
}
