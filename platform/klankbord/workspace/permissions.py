"""What may be done at the desk of staff."""

from klankbord.errors import N_
from klankbord.permissions import STAFF, Permission

WORK = Permission("workspace.work", N_("See the own work"), STAFF)
