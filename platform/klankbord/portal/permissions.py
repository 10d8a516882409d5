"""What the portal lets people do."""

from klankbord.errors import N_
from klankbord.permissions import CLIENTS, EVERYBODY, PORTAL, Permission

ENTER = Permission("portal.enter", N_("Come in at the front page"), EVERYBODY)
READ_RULES = Permission("portal.read_rules", N_("Read who sees what"), EVERYBODY)
SPEAK = Permission("portal.speak", N_("Choose a language"), EVERYBODY)
HOME = Permission("portal.home", N_("See the own start page"), PORTAL)
OWN = Permission("portal.own", N_("See what is kept about oneself"), CLIENTS)
