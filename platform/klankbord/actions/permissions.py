"""Who may make a promise, end it, and read it."""

from klankbord.errors import N_
from klankbord.permissions import CASE_WORKERS, CLIENTS, Permission

PROMISE = Permission("actions.promise", N_("Write down agreements"), CASE_WORKERS)
LIST = Permission("actions.list", N_("See the own agreements"), CASE_WORKERS)
READ_OWN = Permission("actions.read_own", N_("Read agreements about oneself"), CLIENTS)
