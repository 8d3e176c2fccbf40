"""A page as a test reads it: its elements, and what every page of ours must hold."""

from __future__ import annotations

import re
from itertools import pairwise

from lxml import html
from lxml.html import HtmlElement


def page_of(text: str) -> HtmlElement:
    """A page's elements."""
    return html.document_fromstring(text)


def words_of(element: HtmlElement) -> str:
    """The words of an element, spaces made one."""
    return " ".join(element.text_content().split())


def faults_of(text: str) -> list[str]:
    """What is wrong with a page: none for a good one."""
    page = page_of(text)
    ids = page.xpath("//@id")
    labelled = set(page.xpath("//label/@for"))
    levels = [int(heading.tag[1]) for heading in page.xpath("//h1|//h2|//h3|//h4|//h5|//h6")]
    checks = {
        "no language": page.get("lang") == "en-GB",
        "no title": bool((page.findtext(".//title") or "").strip()),
        "not one h1": len(page.xpath("//h1")) == 1,
        "a heading level is left out": all(later <= earlier + 1 for earlier, later in pairwise(levels)),
        "no main": len(page.xpath("//main")) == 1,
        "no skip link": page.xpath("//body/a[1]/@href") == ["#sp-main"],
        "an id twice": len(ids) == len(set(ids)),
        "inline script": not page.xpath("//script[not(@src)]"),
        "inline style": not page.xpath("//style|//*[@style]"),
        "inline event": not page.xpath("//@*[starts-with(name(), 'on')]"),
        "something from elsewhere": all(not re.match(r"(?:[a-z]+:)?//", one) for one in page.xpath("//@src|//link/@href|//form/@action")),
        "a field without a label": all(one in labelled for one in page.xpath("//textarea/@id|//select/@id|//input[@type!='hidden']/@id")),
        "a form that asks in the address": all(form.get("method") == "post" for form in page.xpath("//form[.//textarea]")),
    }
    return [fault for fault, good in checks.items() if not good]
