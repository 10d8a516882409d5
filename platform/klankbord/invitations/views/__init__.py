"""The pages of invitations: for workers, and for those who are invited."""

from klankbord.invitations.views import enrolment, inviting
from klankbord.invitations.views.blueprint import blueprint

__all__ = ["blueprint", "enrolment", "inviting"]
