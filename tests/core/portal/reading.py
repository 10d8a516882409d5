"""What a client does on the own pages."""

import re

from werkzeug.test import TestResponse

from klankbord.testing.tenants import Browser


def shown(browser: Browser, path: str) -> str:
    """Return a page that the browser may see."""
    answer = browser.get(path)
    assert answer.status_code == 200
    return answer.text


def read(browser: Browser, page: str) -> TestResponse:
    """Press "I have read this" on a page."""
    seen = re.findall(r'name="seen" value="([^"]+)"', page)
    assert seen
    return browser.post("/afspraken/gelezen", data={"seen": seen})
