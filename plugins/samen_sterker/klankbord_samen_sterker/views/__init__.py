"""Pages: those of the client, the worker and the team lead."""

from klankbord_samen_sterker.views import client, lead, worker
from klankbord_samen_sterker.views.blueprint import blueprint

__all__ = ["blueprint", "client", "lead", "worker"]
