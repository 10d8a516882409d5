"""The card on the page of a case: which reviews run and where, never an answer."""

from dataclasses import dataclass
from uuid import UUID

from klankbord.context import Context
from klankbord.plugin import CasePanel
from klankbord_samen_sterker.services import lists
from klankbord_samen_sterker.views.words import STATES


@dataclass(frozen=True)
class RunningReview:
    """A review of the worker who looks; `state` is a message id."""

    id: UUID
    client: str
    state: str


def panel_of_case(
    ctx: Context,
    case_id: UUID,
    language: str,  # noqa: ARG001 - the contract's
) -> CasePanel | None:
    """Return the reviews that this worker has running in the case; None without."""
    page = tuple(
        RunningReview(review_id, client, STATES[state])
        for review_id, client, state in lists.running_in_case(ctx, case_id)
    )
    return CasePanel("samen_sterker/panel.html", page) if page else None
