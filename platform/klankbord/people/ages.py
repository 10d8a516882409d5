"""How old somebody is on a day, and what that makes of them here.

The law draws its lines at 12 (rights of one's own), 16 (alone) and 18 (of age):
Jeugdwet 7.3.4, 7.3.5 and 7.3.15.
"""

from datetime import date
from typing import Protocol

from klankbord.people.models import ClientKind
from klankbord.permissions import Role

OWN_RIGHTS_FROM = 12
ALONE_FROM = 16
OF_AGE_FROM = 18


class Aged(Protocol):
    """A person of a family: a client, or a row with the same two columns."""

    @property
    def kind(self) -> ClientKind:
        """Return how the person stands in the family."""

    @property
    def birth_date(self) -> date | None:
        """Return the day of birth, when it is known."""


def age_on(birth_date: date, on: date) -> int:
    """Return the age in whole years; who was born on 29 February waits for 1 March."""
    had_birthday = (on.month, on.day) >= (birth_date.month, birth_date.day)
    return on.year - birth_date.year - (not had_birthday)


def is_younger(person: Aged, years: int, on: date) -> bool:
    """Tell whether a youth is surely younger; of unknown age means no."""
    if person.kind is not ClientKind.YOUTH or person.birth_date is None:
        return False
    return age_on(person.birth_date, on) < years


def is_young(person: Aged, on: date) -> bool:
    """Tell whether the person is "je" where grown-ups are "u".

    A youth always is, and everybody under 18: a young parent too.
    """
    if person.kind is ClientKind.YOUTH or person.birth_date is None:
        return person.kind is ClientKind.YOUTH
    return age_on(person.birth_date, on) < OF_AGE_FROM


def role_of(person: Aged, on: date) -> Role:
    """Return as whom the person signs in: a parent, a child under 12 or a youth."""
    if person.kind is ClientKind.PARENT:
        return Role.PARENT
    return Role.CHILD if is_younger(person, OWN_RIGHTS_FROM, on) else Role.YOUTH
