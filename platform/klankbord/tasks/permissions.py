"""What may be done with tasks."""

from klankbord.errors import N_
from klankbord.permissions import PORTAL, STAFF, Permission, Role

SEE = Permission("tasks.see", N_("See my own tasks"), STAFF | PORTAL | {Role.SYSTEM})
