"""`klankbord …`: what is done from a shell, by the operator or by a process manager."""

import click

from klankbord.config import SettingMissing
from klankbord.schema import commands as schema
from klankbord.tenants import commands as tenants


class Commands(click.Group):
    """The commands; a missing setting ends in a sentence, not in a traceback."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command that was asked for."""
        try:
            return super().invoke(ctx)
        except SettingMissing as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=Commands)
def main() -> None:
    """Klankbord: the shared platform for the voice of clients."""


main.add_command(schema.db)
main.add_command(tenants.tenant)
