"""Pages: those of the members of a family, of the worker, and on paper."""

from klankbord_startvragen.views import client, paper, sharing, worker
from klankbord_startvragen.views.blueprint import blueprint

__all__ = ["blueprint", "client", "paper", "sharing", "worker"]
