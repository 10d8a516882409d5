"""Pages about families, for who works with them."""

from klankbord.people.views import appointments, cases, clients, families
from klankbord.people.views.blueprint import blueprint

__all__ = ["appointments", "blueprint", "cases", "clients", "families"]
