"""The pages of invitations: for workers, for those invited, and one's own mailbox."""

from klankbord.invitations.views import enrolment, inviting, mailbox
from klankbord.invitations.views.blueprint import blueprint
from klankbord.invitations.views.mailbox import NAV

__all__ = ["NAV", "blueprint", "enrolment", "inviting", "mailbox"]
