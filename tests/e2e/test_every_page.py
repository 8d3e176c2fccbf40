"""What holds for every page: nothing that axe-core finds against WCAG 2.2 AA, room on a phone, targets a thumb can hit, dark mode.

That no page asks anything of another site, breaks its own content policy or writes an error on the console is looked at in every check.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.e2e.browsing import DESKTOP, PHONE
from tests.e2e.conftest import Browse
from tests.e2e.pages import PAGES
from tests.e2e.running import PACKAGES

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
LEAST_TARGET = 24  # CSS pixels: WCAG 2.2, 2.5.8

SMALL_TARGETS = """least => {
  const targets = [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea, summary")];
  const inSentence = one => one.matches("a") && getComputedStyle(one).display === "inline"
    && one.parentElement.innerText.trim().length > one.innerText.trim().length;
  return targets.filter(one => one.checkVisibility() && !inSentence(one))
    .map(one => [one.outerHTML.slice(0, 120), one.getBoundingClientRect()])
    .filter(([, box]) => box.width < least || box.height < least).map(([html, box]) => `${html} is ${box.width} by ${box.height}`);
}"""
TOO_WIDE = """width => [...document.body.querySelectorAll("*")].filter(one => one.getBoundingClientRect().right > width + 1
  && !one.closest(".scrolls")).map(one => one.outerHTML.slice(0, 120)).slice(0, 5)"""

BROKEN = """() => {
  const [image, button] = ["img", "button"].map(name => document.querySelector("main").appendChild(document.createElement(name)));
  Object.assign(image, {src: "data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=", width: 900, height: 9});
  for (const side of ["min-width", "min-height", "padding", "border-width"]) button.style.setProperty(side, "0");
}"""

EACH_PAGE = pytest.mark.parametrize("name", PAGES)


@EACH_PAGE
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_axe_finds_nothing(browse: Browse, name: str, size: tuple[int, int], dark: bool) -> None:
    page = PAGES[name](browse(size=size, dark=dark))
    assert violations(page) == []


@EACH_PAGE
def test_a_phone_shows_it_without_scrolling_sideways_and_all_to_press_is_large_enough(browse: Browse, name: str) -> None:
    page = PAGES[name](browse(size=PHONE))
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0], page.evaluate(TOO_WIDE, PHONE[0])
    assert page.evaluate(TOO_WIDE, PHONE[0]) == []
    assert page.evaluate(SMALL_TARGETS, LEAST_TARGET) == []


def test_dark_mode_is_dark(browse: Browse) -> None:
    light, dark = (brightness(browse(dark=dark).open("/bledington/ask")) for dark in (False, True))
    assert light > 200
    assert dark < 60


def test_a_page_that_breaks_the_rules_is_found_out(browse: Browse) -> None:
    """The checks themselves: they must not pass whatever they look at."""
    page = browse(size=PHONE).open("/bledington/ask")
    page.evaluate(BROKEN)
    assert {"image-alt", "button-name"} <= {found["id"] for found in violations(page)}
    assert page.evaluate(SMALL_TARGETS, LEAST_TARGET) != []
    assert page.evaluate(TOO_WIDE, PHONE[0]) != []


def violations(page: Page) -> list[dict[str, Any]]:
    """What axe-core finds: of each rule broken its name, what it asks, and where it is broken."""
    page.evaluate(_axe())
    found = page.evaluate("tags => axe.run({runOnly: tags})", WCAG)
    assert found["passes"], "axe looked at nothing"
    return [
        {"id": one["id"], "help": one["help"], "nodes": [node["html"][:160] + " | " + node["failureSummary"] for node in one["nodes"][:3]]}
        for one in found["violations"]
    ]


def brightness(page: Page) -> float:
    """Of the page's ground, 0 to 255."""
    colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
    red, green, blue = (int(part) for part in colour.removeprefix("rgb(").removesuffix(")").split(","))
    return (red + green + blue) / 3


@cache
def _axe() -> str:
    return (PACKAGES / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
