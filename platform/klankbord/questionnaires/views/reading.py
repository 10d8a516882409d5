"""Read from a form what somebody answered to one item."""

from collections.abc import Mapping
from typing import Any

from klankbord.errors import N_, Invalid
from klankbord.questionnaires.definition import HIGHEST, Definition, Item, ItemKind
from klankbord.questionnaires.services import Given

CHOOSE = N_("Choose an answer, or skip this question.")
WRITE = N_("Write something, or skip this question.")
WORDS_TOO_LONG = N_("Your text is too long. Please make it shorter.")


def read_given(definition: Definition, item: Item, form: Mapping[str, Any]) -> Given:
    """Return the answer; nothing chosen and nothing written is `skipped`.

    Raises:
        Invalid: the answer does not exist, or the words are too long.

    """
    words = str(form.get("words", "")).replace("\r\n", "\n").strip() or None
    if words and not item.words_limit:
        raise Invalid(CHOOSE, answer=CHOOSE)
    if words and len(words) > item.words_limit:
        raise Invalid(WORDS_TOO_LONG, words=WORDS_TOO_LONG)
    answer = form.get("answer")
    if answer is None:
        return Given(words=words)
    if answer not in _allowed(definition, item):
        raise Invalid(CHOOSE, answer=CHOOSE)
    if item.kind is ItemKind.CHOICE:
        return Given(choice=answer, words=words)
    return Given(number=int(answer), words=words)


def read_whole(definition: Definition, item: Item, form: Mapping[str, Any]) -> Given:
    """Return the answer to go on with: something was answered.

    Raises:
        Invalid: too, when nothing was chosen or written.

    """
    given = read_given(definition, item, form)
    if given.skipped and item.kind is ItemKind.WORDS:
        raise Invalid(WRITE, words=WRITE)
    if given.skipped:
        raise Invalid(CHOOSE, answer=CHOOSE)
    return given


def _allowed(definition: Definition, item: Item) -> set[str]:
    if item.kind is ItemKind.SLIDER:
        return {str(number) for number in range(HIGHEST + 1)}
    return {option.value for option in definition.options(item)}
