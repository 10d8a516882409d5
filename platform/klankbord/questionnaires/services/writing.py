"""Put answers in: one statement for a set, one for all its answers, one to send it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import text

from klankbord.context import Context
from klankbord.privacy.text import Words, seal
from klankbord.questionnaires.models import AnswerMode
from klankbord.questionnaires.services.respondents import Answerer


@dataclass(frozen=True)
class Given:
    """What somebody answered to one item; all empty means skipped."""

    number: float | None = None
    choice: str | None = None
    words: str | None = None

    @property
    def skipped(self) -> bool:
        """Tell whether nothing was answered: that is an answer too."""
        return self.number is None and self.choice is None and not self.words


_WRITE_SET = text(
    "insert into answer_set (tenant_id, id, version_id, questionnaire, subject_id,"
    " client_id, account_id, kind, mode, language, rendering, state, begun_at)"
    " values (:tenant_id, :id, :version_id, :questionnaire, :subject_id,"
    " :client_id, :account_id, :kind, :mode, :language, :rendering, 'draft', :begun_at)"
    " on conflict do nothing returning id"
)
_WRITE = text(
    "insert into answer"
    " (tenant_id, answer_set_id, owner_id, id, item, number, choice, words, skipped)"
    " select :tenant_id, :answer_set_id, :owner_id, given.* from unnest("
    "cast(:ids as uuid[]), cast(:items as text[]), cast(:numbers as float8[]),"
    " cast(:choices as text[]), cast(:words as bytea[]), cast(:skipped as bool[])"
    ") as given"
)
_SEND = text(
    "update answer_set set state = 'sent', sent_at = :sent_at"
    " where tenant_id = :tenant_id and id = :id"
)
_PLACE = "answer.words"


def write_answer_set(
    ctx: Context,
    about: tuple[str, UUID, UUID],
    answerer: Answerer,
    language: str,
    begun_at: datetime,
) -> UUID | None:
    """Write a set of nothing yet; None when this person began one before.

    `about` is the questionnaire's key, its version and the subject.
    """
    respondent = answerer.respondent
    questionnaire, version_id, subject_id = about
    mode = AnswerMode.PASSED_PHONE if respondent.passed_on else AnswerMode.SELF
    made: UUID | None = ctx.session.scalar(
        _WRITE_SET,
        {
            "id": uuid4(),
            "version_id": version_id,
            "questionnaire": questionnaire,
            "subject_id": subject_id,
            "client_id": respondent.client_id,
            "account_id": respondent.account_id,
            "kind": respondent.kind.value,
            "mode": mode.value,
            "language": language,
            "rendering": answerer.rendering.value,
            "begun_at": begun_at,
        },
    )
    return made


def write_answers(
    ctx: Context, answer_set_id: UUID, owner_id: UUID, given: Mapping[str, Given]
) -> None:
    """Write the answers of a set that was not sent yet, the words sealed."""
    ids = [uuid4() for _ in given]
    answers = list(given.values())
    ctx.session.execute(
        _WRITE,
        {
            "answer_set_id": answer_set_id,
            "owner_id": owner_id,
            "ids": ids,
            "items": list(given),
            "numbers": [answer.number for answer in answers],
            "choices": [answer.choice for answer in answers],
            "words": [
                seal(_PLACE, Words(answer.words, ctx.tenant_id, owner_id, row_id))
                if answer.words
                else None
                for row_id, answer in zip(ids, answers, strict=True)
            ],
            "skipped": [answer.skipped for answer in answers],
        },
    )


def close_answer_set(ctx: Context, answer_set_id: UUID, sent_at: datetime) -> None:
    """Note that the answers were sent: none comes in any more."""
    ctx.session.execute(_SEND, {"id": answer_set_id, "sent_at": sent_at})
