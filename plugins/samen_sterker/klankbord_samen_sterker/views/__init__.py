"""Pages: those of the client, the worker and the team lead."""

from klankbord_samen_sterker.views import client, kept, lead, worker
from klankbord_samen_sterker.views.blueprint import blueprint

__all__ = ["blueprint", "client", "kept", "lead", "worker"]
