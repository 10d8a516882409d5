"""An organisation's own report, beside the table it shares with the others.

Who reads both could subtract one from the other. The own table is therefore solved as
the shared table, of which the release is known, less the people of all others.
"""

from dataclasses import replace

from klankbord.learning.disclosure.tables import Frozen, Release, Table


def own_table(shared: Table, release: Release, name: str) -> Table:
    """Return the table of one organisation, to be solved beside a shared release.

    Its readers are colleagues without the raw data; whoever has the raw data of this
    organisation was counted among the attackers of the shared table, so one fewer
    organisation can join them. Raises KeyError for a name that took no part.
    """
    own = {each.name: each for each in shared.organisations}[name]
    return replace(
        shared,
        organisations=(replace(own, named=False),),
        frozen=(Frozen(shared, release, adds_into_total=True),),
        coalition=max(shared.coalition - 1, 0),
        own=True,
    )
