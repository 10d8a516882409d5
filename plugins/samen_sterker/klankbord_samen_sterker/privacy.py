"""What is kept of one client, handed over or erased, also while the plugin is off."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, select

from klankbord.accounts.models import Account
from klankbord.context import Context
from klankbord.errors import N_
from klankbord.plugin import Json
from klankbord.questionnaires.services.results import (
    AnswerRow,
    erase_answers,
    final_answers,
)
from klankbord.tasks import services as tasks
from klankbord_samen_sterker.models import OPENED, KeptCopy, RelationReview
from klankbord_samen_sterker.permissions import PRIVACY

KEY = "samen_sterker"
SEALED_NOTE = N_(
    "Answers that are not open yet are not in here. They open for both sides at the"
    " same moment."
)


def export_client(ctx: Context, client_id: UUID) -> Json:
    """Return everything about the client; sealed answers are left out, and it says so.

    A copy that a worker kept of answers that never opened is the worker's, and sealed.
    """
    ctx.require(PRIVACY)
    rows = ctx.session.execute(
        select(RelationReview, Account.name)
        .join(Account, Account.id == RelationReview.worker_id)
        .where(RelationReview.client_id == client_id)
        .order_by(RelationReview.created_at, RelationReview.id)
    ).all()
    opened = [
        answers_id
        for review, _ in rows
        if review.state in OPENED
        for answers_id in (review.client_answers_id, review.worker_answers_id)
        if answers_id is not None
    ]
    answers = final_answers(ctx, opened)
    copies = ctx.session.execute(
        select(KeptCopy.content, KeptCopy.kept_at)
        .join(Account, Account.id == KeptCopy.account_id)
        .where(KeptCopy.client_id == client_id, Account.client_id == client_id)
    )
    return {
        "note": SEALED_NOTE,
        "reviews": [
            _review(review, worker) | _sides(review, answers) for review, worker in rows
        ],
        "kept_copies": [
            {"kept_at": copy.kept_at.isoformat(), "content": copy.content}
            for copy in copies
        ],
    }


def erase_client(ctx: Context, client_id: UUID) -> None:
    """Delete the client's reviews: answers, copies, and tasks of both sides."""
    ctx.require(PRIVACY)
    ids = ctx.session.scalars(
        select(RelationReview.id)
        .where(RelationReview.client_id == client_id)
        .order_by(RelationReview.id)
        .with_for_update()
    ).all()
    erase_answers(ctx, KEY, ids)
    tasks.erase_about(ctx, ids)
    ctx.session.execute(delete(KeptCopy).where(KeptCopy.client_id == client_id))
    ctx.session.execute(
        delete(RelationReview).where(RelationReview.client_id == client_id)
    )


def _review(review: RelationReview, worker: str) -> dict[str, Any]:
    return {
        "worker": worker,
        "trigger": review.trigger.value,
        "state": review.state.value,
        "due_on": review.due_on.isoformat() if review.due_on else None,
        "sent_by_client_at": _moment(review.client_sent_at),
        "revealed_at": _moment(review.revealed_at),
        "met_on": review.met_on.isoformat() if review.met_on else None,
    }


def _sides(
    review: RelationReview, answers: Mapping[UUID, tuple[AnswerRow, ...]]
) -> dict[str, Any]:
    if review.state not in OPENED:
        return {"answers": "sealed"}
    return {
        "answers": {
            side: [
                {"item": row.item, "number": row.number, "words": row.words}
                for row in answers.get(answers_id or review.id, ())
            ]
            for side, answers_id in (
                ("client", review.client_answers_id),
                ("worker", review.worker_answers_id),
            )
        }
    }


def _moment(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
