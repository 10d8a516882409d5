"""Put answers in: one statement for a whole set."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID, uuid4

from sqlalchemy import text

from klankbord.context import Context
from klankbord.privacy.text import Words, seal


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


_WRITE = text(
    "insert into answer"
    " (tenant_id, answer_set_id, owner_id, id, item, number, choice, words, skipped)"
    " select :tenant_id, :answer_set_id, :owner_id, given.* from unnest("
    "cast(:ids as uuid[]), cast(:items as text[]), cast(:numbers as float8[]),"
    " cast(:choices as text[]), cast(:words as bytea[]), cast(:skipped as bool[])"
    ") as given"
)
_PLACE = "answer.words"


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
