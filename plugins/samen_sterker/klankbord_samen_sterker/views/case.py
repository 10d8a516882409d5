"""What the page of a case shows of Samen Sterker: where it stands, never an answer."""

from uuid import UUID

from klankbord.context import Context
from klankbord.errors import N_
from klankbord.plugin import CaseLink
from klankbord_samen_sterker.services import lists
from klankbord_samen_sterker.views.words import STATES


def links_of_case(ctx: Context, case_id: UUID) -> tuple[CaseLink, ...]:
    """Return a line for each review that the worker has running in the case."""
    return tuple(
        CaseLink(
            title=N_("Samen Sterker with %(client)s"),
            endpoint="samen_sterker.worker_review",
            values={"review_id": review_id},
            state=STATES[state],
            names={"client": client},
        )
        for review_id, client, state in lists.running_in_case(ctx, case_id)
    )
