"""Which figures to hide so that nobody can work out a small group."""

from klankbord.learning.disclosure.solver.search import fewest_hidden

__all__ = ["fewest_hidden"]
