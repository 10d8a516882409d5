"""What stands on a line, in words that a reader can read."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from klankbord.context import Context
from klankbord.questionnaires.services.results import ItemTexts, question_texts


@dataclass(frozen=True)
class Shown:
    """One line: the words of what was chosen, and words of one's own.

    `choice` is the chosen option itself; the words of it are in the reader's language.
    """

    id: UUID
    topic: str
    chosen: str
    words: str
    choice: str | None = None

    @property
    def empty(self) -> bool:
        """Tell whether nothing stands there."""
        return not (self.chosen or self.words)


def shown(
    ctx: Context, rows: Sequence[Any], language: str, worker: str
) -> tuple[Shown, ...]:
    """Return rows with id, topic, answers_id, choice and words as lines.

    In the order of the questions, each worded by the version that was answered.
    """
    texts = {
        answers_id: texts_of(ctx, answers_id, language, worker)
        for answers_id in {row.answers_id for row in rows}
    }
    order = {topic: n for found in texts.values() for n, topic in enumerate(found)}
    return tuple(
        Shown(
            id=row.id,
            topic=row.topic,
            chosen=texts[row.answers_id][row.topic].options.get(row.choice, ""),
            words=row.words or "",
            choice=row.choice,
        )
        for row in sorted(rows, key=lambda row: order[row.topic])
    )


def texts_of(
    ctx: Context, answers_id: UUID, language: str, worker: str
) -> dict[str, ItemTexts]:
    """Return how the version that somebody answered words its questions."""
    names = {"worker": worker or ctx.tenant.name}
    return question_texts(ctx, answers_id, language, names)
