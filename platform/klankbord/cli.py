"""`klankbord …`: what is done from a shell, by the operator or by a process manager."""

import os

import click

from klankbord import processes, serve
from klankbord.accounts import commands as accounts
from klankbord.app import create_app
from klankbord.config import SettingMissing, from_environment
from klankbord.learning import commands as learning
from klankbord.organisation import commands as organisation
from klankbord.routes import list_routes, print_routes
from klankbord.schema import commands as schema
from klankbord.shell import shell
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
for command in organisation.COMMANDS:
    tenants.tenant.add_command(command)
main.add_command(tenants.tenant)
main.add_command(accounts.account)
main.add_command(learning.learning)
main.add_command(serve.web)
main.add_command(shell)


@main.command()
def demo() -> None:
    """Run three invented organisations on this machine until Ctrl-C."""
    # Here, because an installation that serves real people lacks the demo's libraries.
    from klankbord.demo.run import run_demo  # noqa: PLC0415

    run_demo()


@main.command()
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def routes(*, as_json: bool) -> None:
    """List every address of the app, and who may use it."""
    app = create_app(from_environment(os.environ))
    print_routes(list_routes(app), as_json=as_json)


@main.command()
def worker() -> None:
    """Do the background work; start as many as there is work for."""
    processes.run_worker(from_environment(os.environ))


@main.command()
def scheduler() -> None:
    """Find the background work that is due; one is enough, two are safer."""
    processes.run_scheduler(from_environment(os.environ))
