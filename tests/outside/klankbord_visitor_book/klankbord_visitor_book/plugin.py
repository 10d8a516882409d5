"""What the visitor book tells the core."""

from klankbord.plugin import DataSubject, NavItem, Plugin
from klankbord_visitor_book.models import Entry
from klankbord_visitor_book.permissions import PRIVACY, WRITE
from klankbord_visitor_book.services import erase_client, export_client
from klankbord_visitor_book.views import blueprint

plugin = Plugin(
    name="visitor_book",
    title="Gastenboek",
    summary="Cliënten schrijven in het gastenboek.",
    models=(Entry,),
    blueprints=(blueprint,),
    permissions=(WRITE, PRIVACY),
    nav=(NavItem("Gastenboek", "visitor_book.book", WRITE, "pencil"),),
    data_subject=DataSubject(export=export_client, erase=erase_client),
    migrations="klankbord_visitor_book.migrations",
)
