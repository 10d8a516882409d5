"""The walks in test_every_page.py come to every page: their parts are the whole app."""

from parts import FILES, NO_PAGE, PARTS, PIECES


def test_each_page_and_each_template_is_looked_at_in_one_part(app):
    pages = [page for part in PARTS.values() for page in part.pages]
    templates = [name for part in PARTS.values() for name in part.templates]
    rules = app.url_map.iter_rules()
    served = {rule.endpoint for rule in rules if "GET" in (rule.methods or ())}
    kept = {name for name in app.jinja_env.list_templates() if not PIECES.match(name)}

    assert sorted(pages) == sorted(served - FILES.keys())
    assert sorted(templates) == sorted(kept - NO_PAGE.keys())
