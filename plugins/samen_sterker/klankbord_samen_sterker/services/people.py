"""Who the two of a review are, and whether the actor is one of them."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, select

from klankbord.accounts.models import Account
from klankbord.context import NOT_FOUND, Context
from klankbord.errors import NotFound
from klankbord.people.access import Relation, require_relation
from klankbord.people.models import CaseFile, CaseMember, Client
from klankbord.templating import first_name
from klankbord_samen_sterker.models import RelationReview
from klankbord_samen_sterker.permissions import SHARE, WORK


@dataclass(frozen=True)
class Pair:
    """One client and one worker who work together in a case now."""

    case_id: UUID
    client_id: UUID
    worker_id: UUID
    since: date


@dataclass(frozen=True)
class Names:
    """How the two are called: `worker` and `client` as one speaks to them."""

    worker: str
    worker_full: str
    client: str
    client_full: str

    @property
    def spoken(self) -> dict[str, str]:
        """Return the names that fill sentences and questions."""
        return {"worker": self.worker, "client": self.client}


def own_review(ctx: Context, review_id: UUID, *, lock: bool = False) -> RelationReview:
    """Return the client's own review.

    Raises:
        NotFound: it is somebody else's.

    """
    ctx.require(SHARE)
    review = find_review(ctx, review_id)
    if ctx.actor.client_id != review.client_id:
        raise NotFound(NOT_FOUND)
    return lock_review(ctx, review_id) if lock else review


def review_of_mine(
    ctx: Context, review_id: UUID, *, lock: bool = False
) -> RelationReview:
    """Return a review of the worker who is in it, as long as the two work together.

    Raises:
        NotFound: it is somebody else's, or the case has another worker now.

    """
    ctx.require(WORK)
    review = find_review(ctx, review_id)
    if ctx.actor.account_id != review.worker_id:
        raise NotFound(NOT_FOUND)
    require_relation(ctx, review.case_id, {Relation.WORKER})
    return lock_review(ctx, review_id) if lock else review


def find_review(ctx: Context, review_id: UUID) -> RelationReview:
    """Return the review, whoever's it is; the caller decides who may see it.

    Raises:
        NotFound: there is no such review.

    """
    return ctx.get(RelationReview, review_id)


def lock_review(ctx: Context, review_id: UUID) -> RelationReview:
    """Read the review again and lock it: two who change it at once take turns.

    A review is locked before the answers to it are, here and in the core.

    Raises:
        NotFound: it is gone.

    """
    review = ctx.session.get(
        RelationReview,
        (ctx.tenant_id, review_id),
        with_for_update=True,
        populate_existing=True,
    )
    if review is None:
        raise NotFound(NOT_FOUND)
    return review


def pairs_of_case(ctx: Context, case_id: UUID) -> tuple[Pair, ...]:
    """Return every client and worker who work together in a running case today."""
    return _pairs(ctx, CaseFile.id == case_id)


def running_pairs(ctx: Context) -> tuple[Pair, ...]:
    """Return every client and worker of the tenant who work together today."""
    return _pairs(ctx)


def pairs_of_client(ctx: Context, client_id: UUID) -> tuple[Pair, ...]:
    """Return with which workers the client works today."""
    return _pairs(ctx, CaseMember.client_id == client_id)


def pairs_of_worker(ctx: Context, worker_id: UUID) -> tuple[Pair, ...]:
    """Return with which clients the worker works today."""
    return _pairs(ctx, CaseFile.worker_id == worker_id)


def names_of(ctx: Context, review: RelationReview) -> Names:
    """Return how the two of a review are called."""
    row = ctx.session.execute(
        select(Account.name, Client.given_name, Client.family_name)
        .join(RelationReview, RelationReview.worker_id == Account.id)
        .join(Client, Client.id == RelationReview.client_id)
        .where(RelationReview.id == review.id)
    ).one()
    return Names(
        worker=first_name(row.name),
        worker_full=row.name,
        client=row.given_name,
        client_full=f"{row.given_name} {row.family_name}",
    )


def account_of_client(ctx: Context, client_id: UUID) -> UUID | None:
    """Return the account with which the client signs in, if there is one."""
    return ctx.session.scalar(
        select(Account.id).where(
            Account.client_id == client_id, Account.disabled_at.is_(None)
        )
    )


def _pairs(ctx: Context, *where: ColumnElement[bool]) -> tuple[Pair, ...]:
    today = ctx.tenant.today()
    rows = ctx.session.execute(
        select(
            CaseFile.id,
            CaseMember.client_id,
            CaseFile.worker_id,
            CaseMember.begins_on,
        )
        .join(CaseMember, CaseMember.case_id == CaseFile.id)
        .where(
            CaseFile.worker_id.is_not(None),
            CaseFile.begins_on <= today,
            (CaseFile.ended_on.is_(None)) | (CaseFile.ended_on > today),
            CaseMember.begins_on <= today,
            (CaseMember.ends_on.is_(None)) | (CaseMember.ends_on >= today),
            *where,
        )
        .order_by(CaseFile.id, CaseMember.client_id)
    )
    return tuple(
        Pair(case_id, client_id, worker_id, since)
        for case_id, client_id, worker_id, since in rows
        if worker_id is not None
    )
