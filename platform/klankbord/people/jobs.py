"""What runs by itself for people: a role follows the age."""

from datetime import time

from klankbord.people.services import renew_roles
from klankbord.plugin import Schedule

SCHEDULES = (Schedule("people.renew_roles", renew_roles, at=time(1, 10)),)
