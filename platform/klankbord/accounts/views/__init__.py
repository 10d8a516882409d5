"""The pages: signing in, links from mails, one's own account, colleagues."""

from klankbord.accounts.permissions import MANAGE_STAFF, OWN_ACCOUNT
from klankbord.accounts.views import links, own, sign_in, staff
from klankbord.accounts.views.blueprint import blueprint, limiter
from klankbord.errors import N_
from klankbord.plugin import NavItem

__all__ = ["NAV", "blueprint", "limiter", "links", "own", "sign_in", "staff"]

NAV = (
    NavItem(N_("Staff"), "accounts.staff", MANAGE_STAFF, "users"),
    NavItem(N_("My account"), "accounts.own", OWN_ACCOUNT, "key-round"),
)
