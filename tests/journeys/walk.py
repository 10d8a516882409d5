"""A walk over pages in a real browser: each is looked at once in every state it has.

A state is what a page is built of: two pages of one endpoint with the same kinds of
elements look the same, and the second is passed by.
"""

import re
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

from browser import (
    DESKTOP,
    PHONE,
    SEND,
    SMALLEST,
    access_faults,
    faults_of_width,
    send,
)
from flask import Flask, template_rendered
from jinja2 import Template
from parts import FILES, Part
from playwright.sync_api import Browser, Page
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

SHAPE = """() => document.documentElement.lang + ' ' + [...new Set(
    [...document.body.querySelectorAll(':not(svg *)')].map(element =>
        element.tagName + '.' + (element.getAttribute('class') ?? ''))
)].sort().join(' ')"""
FIELDS = "input:not([type=hidden]), textarea, select"
# Without the browser's own checks, as a form without scripts is sent.
SEND_NOTHING = """(form, fields) => {
    for (const field of form.querySelectorAll(fields)) {
        field.checked = false;
        if (!['radio', 'checkbox'].includes(field.type)) field.value = '';
    }
    form.submit();
}"""
EMPTY_ICONS = "svg.kb-icon:not(:has(*))"
OPEN_ALL = "document.querySelectorAll('details').forEach(one => one.open = true)"
LINKS = """all => all.map(one => one.href.split('#')[0])"""
# A list handed over as a file, at the address of its page.
FILE = re.compile(r"[?&]as=csv\b")
# A page with many rows of the same kind is opened for so many of them.
MOST = 2
OPENED = {
    "accounts.ask_step": 6,
    "people.client": 6,
    "samen_sterker.review": 6,
    "samen_sterker.worker_review": 20,
    "startvragen.family": 6,
    "startvragen.line": 6,
}


class Walk:
    """Looks at pages, and remembers which were seen and what was wrong."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.addresses = app.url_map.bind("example.test")
        self.seen: Counter[str] = Counter()
        self.shapes: set[tuple[str, str]] = set()
        self.refused: set[str] = set()
        self.templates: set[str] = set()
        self.faults: list[str] = []
        self.visits = 0
        self._lock = Lock()

    @contextmanager
    def noting_templates(self) -> Iterator[None]:
        """Remember which templates the app renders meanwhile, in whichever thread."""

        def note(_app: Flask, template: Template, **_context: Any) -> None:
            with self._lock:
                self.templates.add(str(template.name))

        with template_rendered.connected_to(note, self.app):
            yield

    def endpoint(self, url: str) -> str:
        """Return the endpoint of an address; empty when it leads nowhere."""
        try:
            return str(self.addresses.match(urlsplit(url).path, method="GET")[0])
        except (HTTPException, RequestRedirect):
            return ""

    def follow(self, page: Page, *first: str, within: str = "/") -> None:
        """Look at these pages and at what they link to, and at their forms refused."""
        waiting, known = deque(first), set(first)
        opened: Counter[str] = Counter()
        while waiting:
            path = waiting.popleft()
            endpoint = self.endpoint(path)
            if endpoint in FILES or opened[endpoint] >= OPENED.get(endpoint, MOST):
                continue
            opened[endpoint] += 1
            self.open(page, root_of(page) + path)
            found = [one for one in self.links(page, within) if one not in known]
            known.update(found)
            waiting.extend(found)
            self.send_nothing(page)

    def links(self, page: Page, within: str) -> list[str]:
        """Return the paths of this organisation that a page links to."""
        root = root_of(page)
        links: list[str] = page.eval_on_selector_all("a[href]", LINKS)
        paths = [one.removeprefix(root) for one in links if one.startswith(root)]
        pages = [one for one in dict.fromkeys(paths) if not FILE.search(one)]
        return [one for one in pages if one.startswith(within)]

    def open(self, page: Page, url: str, status: int = 500) -> None:
        """Go to a page and look at it; a status of 5xx is a fault, unless expected."""
        answer = page.goto(url)
        got = answer.status if answer else 500
        if got >= 500 and got != status:
            self.faults.append(f"{urlsplit(url).path} answers {got}")
        self.look(page)

    def send_nothing(self, page: Page) -> None:
        """Send the page's form empty, and look at how it is refused."""
        key = f"{self.endpoint(page.url)} {page.locator('html').get_attribute('lang')}"
        if key in self.refused:
            return
        self.refused.add(key)
        forms = page.locator("main form[method=post]")
        form = forms.filter(has=page.locator(FIELDS)).first
        if form.count():
            with page.expect_navigation():
                form.evaluate(SEND_NOTHING, FIELDS)
            self.look(page)
            lines = page.locator(".kb-error-summary li").all_inner_texts()
            twice = sorted({one for one in lines if lines.count(one) > 1})
            self.faults += [f"{key} says twice: {one}" for one in twice]

    def press(self, page: Page, selector: str = SEND) -> None:
        """Press the first such button or link, and look at what comes."""
        send(page, selector)
        self.look(page)

    def look(self, page: Page) -> None:
        """Check the page that is open, unless one like it was seen."""
        self.visits += 1
        endpoint = self.endpoint(page.url)
        shape = (endpoint, page.evaluate(SHAPE))
        if shape in self.shapes:
            return
        self.shapes.add(shape)
        page.evaluate(OPEN_ALL)
        self.seen[endpoint] += 1
        if page.locator(EMPTY_ICONS).count():
            self.faults.append(f"{endpoint} {page.title()!r}: an icon without a shape")
        for size in (DESKTOP, SMALLEST, PHONE):
            page.set_viewport_size(size)
            found = faults_of_width(page)
            if size is not SMALLEST:
                found += access_faults(page)
            self.faults += [
                f"{endpoint} {page.title()!r} {shape[1][:2]} {size['width']} px: {one}"
                for one in found
            ]

    def missed(self, part: Part) -> list[str]:
        """Return what of a part nobody came to, and what was wrong where they came."""
        away = (part.pages - self.seen.keys()) | (part.templates - self.templates)
        return sorted(f"nobody came to {one}" for one in away) + self.faults

    def told(self) -> str:
        """Return how much was looked at."""
        looks = sum(self.seen.values())
        return (
            f"{self.visits} pages opened, {len(self.seen)} addresses and"
            f" {len(self.templates)} templates seen, {looks} states looked at,"
            f" {len(self.faults)} faults"
        )


def root_of(page: Page) -> str:
    """Return scheme, host and port of the page that is open."""
    address = urlsplit(page.url)
    return f"{address.scheme}://{address.netloc}"


def new_page(browser: Browser, language: str = "nl") -> Page:
    """Open an empty page on a phone of its own."""
    context = browser.new_context(viewport=PHONE, locale=language)
    return context.new_page()
