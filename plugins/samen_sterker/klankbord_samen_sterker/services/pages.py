"""What the page of one review shows to each of the two, as far as the seal allows."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from klankbord.actions.services import Agreement, agreements_from
from klankbord.audit.models import Action, Category, Ground
from klankbord.audit.services import record
from klankbord.context import Context
from klankbord.people.access import may_pass_phone
from klankbord_samen_sterker.models import (
    ANSWERABLE,
    OPENED,
    CancelReason,
    RelationReview,
    ReviewState,
)
from klankbord_samen_sterker.services.answering import opening_moment
from klankbord_samen_sterker.services.copies import copy_of
from klankbord_samen_sterker.services.opening import (
    Side,
    Theme,
    is_final,
    open_if_due,
    opened_themes,
    shared_sides,
)
from klankbord_samen_sterker.services.people import (
    Names,
    names_of,
    own_review,
    review_of_mine,
)
from klankbord_samen_sterker.services.talk import SOURCE


@dataclass(frozen=True)
class ReviewPage:
    """A review as one of the two sees it; `mine` is the reader's own side.

    `themes` is empty until both sides are open. `shared` holds what the client gave
    early, for the worker only.
    """

    id: UUID
    case_id: UUID
    client_id: UUID
    names: Names
    state: ReviewState
    cancel_reason: CancelReason | None
    version: int
    opens_on: date | None
    due_on: date | None
    mine_done: bool
    mine_final: bool
    mine_answers_id: UUID | None
    other_done: bool
    opens_at: datetime | None
    shared_early: bool
    revealed_at: datetime | None
    met_on: date | None
    copy_id: UUID | None
    may_pass_phone: bool
    themes: tuple[Theme, ...]
    shared: tuple[tuple[str, Side], ...]
    agreements: tuple[Agreement, ...]

    @property
    def answerable(self) -> bool:
        """Tell whether the reader can begin, or go on, answering."""
        return self.state in ANSWERABLE and not self.mine_done

    @property
    def may_share(self) -> bool:
        """Tell whether a client can give the own answers now."""
        return (
            self.state is ReviewState.ONE_PARTY_DONE
            and self.mine_final
            and not self.shared_early
        )

    @property
    def may_keep(self) -> bool:
        """Tell whether there are own answers left to keep a copy of."""
        return (
            self.state is ReviewState.EXPIRED
            and self.mine_answers_id is not None
            and self.copy_id is None
        )


def read_own_review(ctx: Context, review_id: UUID, language: str) -> ReviewPage:
    """Return the client's page, and open both sides if their moment has come.

    Raises:
        NotFound: it is somebody else's.

    """
    open_if_due(ctx, review_id, as_client=True)
    review = own_review(ctx, review_id)
    return _page(ctx, review, language, as_client=True)


def read_review_of_mine(ctx: Context, review_id: UUID, language: str) -> ReviewPage:
    """Return the worker's page, and open both sides if their moment has come.

    Raises:
        NotFound: it is somebody else's, or the case has another worker now.

    """
    open_if_due(ctx, review_id, as_client=False)
    review = review_of_mine(ctx, review_id)
    return _page(ctx, review, language, as_client=False)


def _page(
    ctx: Context, review: RelationReview, language: str, *, as_client: bool
) -> ReviewPage:
    mine = (review.client_answers_id, review.client_sent_at)
    other = (review.worker_answers_id, review.worker_sent_at)
    if not as_client:
        mine, other = other, mine
    opened = review.state in OPENED
    early = review.shared_early_at is not None and not as_client and not opened
    _record_read(ctx, review, as_client=as_client)
    return ReviewPage(
        id=review.id,
        case_id=review.case_id,
        client_id=review.client_id,
        names=names_of(ctx, review),
        state=review.state,
        cancel_reason=review.cancel_reason,
        version=review.version,
        opens_on=review.opens_on,
        due_on=review.due_on,
        mine_done=mine[1] is not None,
        mine_final=is_final(mine[1]),
        mine_answers_id=mine[0],
        other_done=other[1] is not None,
        opens_at=opening_moment(review),
        shared_early=review.shared_early_at is not None,
        revealed_at=review.revealed_at,
        met_on=review.met_on,
        copy_id=copy_of(ctx, review.id),
        may_pass_phone=(
            not as_client
            and review.state in ANSWERABLE
            and review.client_sent_at is None
            and may_pass_phone(ctx, review.client_id)
        ),
        themes=opened_themes(ctx, review, language) if opened else (),
        shared=(
            shared_sides(ctx, review, language)
            if early and review.client_answers_id is not None
            else ()
        ),
        agreements=agreements_from(ctx, SOURCE, review.id) if opened else (),
    )


def _record_read(ctx: Context, review: RelationReview, *, as_client: bool) -> None:
    record(
        ctx,
        review.client_id,
        Category.ANSWERS,
        Action.READ,
        Ground.OWN if as_client else Ground.RELATION,
        object_id=review.id,
    )
