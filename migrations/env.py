"""Alembic's environment: runs as the owner, and gives up rather than wait long."""

from alembic import context
from sqlalchemy import create_engine, pool, text

from klankbord.plugin import installed_plugins
from klankbord.schema.models import METADATA

installed_plugins()  # so that the plugins' tables are in the metadata too


def run() -> None:
    """Migrate in one transaction per revision."""
    attributes = context.config.attributes
    engine = create_engine(attributes["url"], poolclass=pool.NullPool)
    with engine.connect() as connection:
        connection.execute(text(f"set lock_timeout = '{attributes['lock_timeout']}'"))
        connection.commit()
        context.configure(
            connection=connection,
            target_metadata=METADATA,
            transaction_per_migration=True,
            compare_server_default=True,
        )
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


run()
