"""What pages about families are given: plain rows, no models."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import NamedTuple
from uuid import UUID

from klankbord.accounts.models import InvitationState
from klankbord.people.access import Relation
from klankbord.people.models import (
    CaseEventKind,
    ClientKind,
    ConsentWay,
    EmergencyReason,
    MeasureKind,
    Purpose,
)


class FamilyRow(NamedTuple):
    """A case in a list; `next_at` is the next appointment that was not cancelled."""

    case_id: UUID
    family: str
    measure: MeasureKind
    begins_on: date
    ended_on: date | None
    worker: str | None
    members: int
    next_at: datetime | None


@dataclass(frozen=True)
class WorkingRow:
    """Somebody who works in a case, and how to reach them."""

    relation: Relation
    account_id: UUID
    name: str
    working_days: str
    phone: str


@dataclass(frozen=True)
class MemberRow:
    """Somebody who takes part in a case; `age` is known for youths only.

    `invitation` is the newest one's state; `signs_in` once an account exists.
    """

    client_id: UUID
    name: str
    kind: ClientKind
    age: int | None
    begins_on: date
    ends_on: date | None
    signs_in: bool
    invitation_id: UUID | None
    invitation: InvitationState | None


@dataclass(frozen=True)
class EventRow:
    """Something that happened, or will."""

    kind: CaseEventKind
    on: date


@dataclass(frozen=True)
class AppointmentRow:
    """A meeting, as lists show it; `begins_at` is in the tenant's time zone."""

    id: UUID
    case_id: UUID
    family: str
    client_id: UUID
    client: str
    worker: str
    begins_at: datetime
    place: str
    version: int


@dataclass(frozen=True)
class EmergencyRow:
    """That somebody without a relation opened the case."""

    name: str
    reason: EmergencyReason
    at: datetime


@dataclass(frozen=True)
class CasePage:
    """All that the page of a case shows; a team lead gets names and facts only."""

    case_id: UUID
    version: int
    relation: Relation
    family: str
    measure: MeasureKind
    begins_on: date
    ended_on: date | None
    team: str | None
    working: Sequence[WorkingRow]
    members: Sequence[MemberRow]
    events: Sequence[EventRow]
    appointments: Sequence[AppointmentRow]
    emergencies: Sequence[EmergencyRow]

    @property
    def may_change(self) -> bool:
        """Tell whether the person who looks may change what is here."""
        return self.relation in {Relation.WORKER, Relation.DEPUTY}

    @property
    def may_see_people(self) -> bool:
        """Tell whether the person who looks may open the pages of the members."""
        return self.relation is not Relation.TEAM_LEAD


@dataclass(frozen=True)
class CaseFacts:
    """What can be changed about a case and who works in it."""

    version: int
    family: str
    measure: MeasureKind
    begins_on: date
    ended_on: date | None
    worker_id: UUID | None
    deputy_id: UUID | None
    expert_id: UUID | None
    team_id: UUID | None


@dataclass(frozen=True)
class CustodyRow:
    """That a parent has custody over a youth in a period."""

    id: UUID
    parent_id: UUID
    parent: str
    youth_id: UUID
    youth: str
    begins_on: date
    ends_on: date | None


@dataclass(frozen=True)
class ConsentRow:
    """One yes or no; `by` is the person who said it, nobody once that one was erased.

    `recorded_by` is who wrote it down, when it was not said in the portal.
    """

    purpose: Purpose
    granted: bool
    at: datetime
    by_id: UUID | None
    by: str
    way: ConsentWay
    recorded_by: str


@dataclass(frozen=True)
class ClientFacts:
    """What is kept of a client and can be changed; None is "not known"."""

    kind: ClientKind
    given_name: str
    family_name: str
    salutation: str = ""
    birth_date: date | None = None
    language: str = "nl"
    easy_mode: bool = False
    email: str | None = None
    email_alone: bool = False
    phone: str | None = None
    phone_alone: bool = False
    do_not_mail: bool = False
    safe_from: time | None = None
    safe_until: time | None = None
    how_to_reach: str | None = None

    @property
    def name(self) -> str:
        """Return the whole name."""
        return f"{self.given_name} {self.family_name}"


@dataclass(frozen=True)
class ClientToChange:
    """What is kept of somebody, with the version that is looked at."""

    version: int
    facts: ClientFacts


@dataclass(frozen=True)
class ClientPage:
    """All that the page of a client shows to who works with the family."""

    client_id: UUID
    case_id: UUID
    version: int
    relation: Relation
    family: str
    facts: ClientFacts
    age: int | None
    email_verified: bool
    signs_in: bool
    custody: Sequence[CustodyRow]
    decided_along: bool
    consents: Sequence[ConsentRow]
    history: Sequence[ConsentRow]

    @property
    def may_change(self) -> bool:
        """Tell whether the person who looks may change what is here."""
        return self.relation in {Relation.WORKER, Relation.DEPUTY}
