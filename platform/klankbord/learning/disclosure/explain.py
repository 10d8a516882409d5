"""A release in plain words, for whoever runs an organisation.

The Dutch stands here and not in a catalogue: what an operator reads in a shell has one
language, and this is the one text there for readers who did not ask for English. Why a
figure is hidden is never told: it would help to work the figure out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from klankbord.learning.disclosure.tables import Method

if TYPE_CHECKING:
    from collections.abc import Iterable

    from klankbord.learning.disclosure.tables import Figure, Release

TOO_FEW = "Er zijn nog te weinig antwoorden."
HIDDEN_MARK = "·"

_RULES = """\
Verborgen is niet nul. Het teken · zegt niets over de antwoorden.
Een cijfer staat er pas als het over genoeg mensen gaat.
Dat klopt ook voor een organisatie die haar eigen mensen eraf trekt.
Soms is een tweede vakje verborgen. Zo kan niemand het eerste uitrekenen.
Na publicatie verandert een rapport niet meer.
Een vakje toont het gemiddelde, en tussen haakjes hoeveel mensen het ongeveer zijn."""


def explain(release: Release) -> str:
    """Return what is shown and what is hidden, in Dutch.

    A release that shows nothing reads like one for which nobody answered yet.
    """
    hidden = int(release.hidden.sum())
    shown = release.hidden.size - hidden
    if release.method is Method.REFUSED or shown == 0:
        return f"{TOO_FEW}\n"
    counted = f"{_counted(shown)} te zien en {_counted(hidden)} verborgen."
    return f"{counted}\n{_RULES}\n\n{_drawn(release)}\n"


def _counted(figures: int) -> str:
    return "1 cijfer is" if figures == 1 else f"{figures} cijfers zijn"


def _drawn(release: Release) -> str:
    """Draw the figures, with numbers for the names of rows and columns."""
    rows, columns = (size - 1 for size in release.hidden.shape)
    head = ["", *(f"kolom {number}" for number in range(1, columns + 1)), "totaal"]
    names = [*(f"rij {number}" for number in range(1, rows + 1)), "totaal"]
    lines = [head]
    for name, figures in zip(names, release.figures, strict=True):
        lines.append([name, *(_written(figure) for figure in figures)])
    widths = [max(len(line[index]) for line in lines) for index in range(len(head))]
    return "\n".join(_padded(line, widths) for line in lines)


def _padded(line: Iterable[str], widths: Iterable[int]) -> str:
    padded = (text.ljust(width) for text, width in zip(line, widths, strict=True))
    return "  ".join(padded).rstrip()


def _written(figure: Figure) -> str:
    if figure.hidden or figure.mean is None or figure.n_band is None:
        return HIDDEN_MARK
    mean = f"{figure.mean:.1f}".replace(".", ",")
    return f"{mean} ({figure.n_band})"
