"""What the portal lets people do."""

from klankbord.errors import N_
from klankbord.permissions import EVERYBODY, PORTAL, Permission

ENTER = Permission("portal.enter", N_("Come in at the front page"), EVERYBODY)
HOME = Permission("portal.home", N_("See the own start page"), PORTAL)
