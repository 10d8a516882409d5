"""Names without accents and capitals, to sort and to search: Çelik is also celik."""

import unicodedata
from typing import Any

from sqlalchemy import ColumnElement, SQLColumnExpression, func, literal_column

MARKS = "[\u0300-\u036f]"  # the accents, once they stand apart from their letters


def simplify(words: str) -> str:
    """Return the words in small letters without accents, as `simplified` has them."""
    apart = unicodedata.normalize("NFD", words)
    return "".join(sign for sign in apart if not unicodedata.combining(sign)).lower()


def simplified(column: SQLColumnExpression[Any]) -> ColumnElement[str]:
    """Return the column in small letters without accents."""
    apart = func.normalize(column, literal_column("NFD"))
    return func.lower(func.regexp_replace(apart, MARKS, "", "g"))
