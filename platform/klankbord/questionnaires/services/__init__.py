"""What other rooms and plugins may ask of the questionnaires."""

from klankbord.questionnaires.services.publishing import publish_shipped
from klankbord.questionnaires.services.results import (
    AnswerRow,
    ItemTexts,
    erase_answers,
    final_answers,
    own_answers,
    question_texts,
    submit,
)
from klankbord.questionnaires.services.sheets import (
    Standing,
    final_at,
    may_take_back,
    standing_of,
)
from klankbord.questionnaires.services.writing import Given

__all__ = [
    "AnswerRow",
    "Given",
    "ItemTexts",
    "Standing",
    "erase_answers",
    "final_answers",
    "final_at",
    "may_take_back",
    "own_answers",
    "publish_shipped",
    "question_texts",
    "standing_of",
    "submit",
]
