"""Rows of an export, as plain values by column name."""

from typing import Any

from sqlalchemy import Select

from klankbord.context import Context


def rows_of(ctx: Context, query: Select[*tuple[Any, ...]]) -> list[dict[str, Any]]:
    """Return the rows that a query finds, ready to be written as JSON."""
    # A column named like a word of SQL has a name of SQLAlchemy's own kind of text,
    # which is no key of JSON.
    return [
        {str(name): value for name, value in row.items()}
        for row in ctx.session.execute(query).mappings()
    ]
