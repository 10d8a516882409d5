"""Pages about families, for who works with them."""

from klankbord.people.views import appointments, cases, clients, consents, families
from klankbord.people.views.blueprint import blueprint

__all__ = ["appointments", "blueprint", "cases", "clients", "consents", "families"]
