"""Microsoft's Agents Playground as somebody in Teams uses it: chats to choose, a box to type in, cards with buttons."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import Browser, Locator, Page, expect

from tests.e2e.browsing import WITHIN, keep_here
from tests.e2e.running import Running

BOT = "Signpost"
PERSONAL, GROUP, CHANNEL = "Personal Chat", "Year 4 team", "All staff - General"
CARD = ".ac-adaptiveCard"


@dataclass
class Teams:
    """The client in one browser."""

    page: Page
    among_others: bool = False

    def open(self, chat: str) -> None:
        """Nothing: the chat or channel of that name is shown."""
        self.page.get_by_role("treeitem", name=chat, exact=True).click()
        self.among_others = chat != PERSONAL

    def say(self, text: str) -> None:
        """Nothing: a message is sent where one is; among others to the bot by name, chosen from the list that @ opens, as in Teams."""
        self.page.get_by_role("textbox").first.click()
        if self.among_others:
            self.page.keyboard.type("@")
            self.page.get_by_role("menu").get_by_text(BOT, exact=True).click()
        self.page.keyboard.type(text)
        post = self.page.get_by_role("button", name="Post", exact=True)
        post.click() if post.is_visible() else self.page.keyboard.press("Enter")  # a channel has posts, with a line for each one's answers

    @property
    def cards(self) -> Locator:
        """The cards where one is."""
        return self.page.locator(CARD)

    def card(self, words: str) -> Locator:
        """The last card with those words, once it is shown."""
        found = self.cards.filter(has_text=words).last
        expect(found).to_be_visible(timeout=WITHIN)
        return found

    def sees(self, words: str) -> None:
        """Nothing: the words are shown where one is."""
        expect(self.page.get_by_text(words).last).to_be_visible(timeout=WITHIN)


@contextmanager
def teams(browser: Browser, playground: Running, size: tuple[int, int] = (1400, 900)) -> Iterator[Teams]:
    """The client, with its list of chats open and its log closed."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]}, locale="en-GB")
    context.set_default_timeout(WITHIN)
    keep_here(context)
    page = context.new_page()
    page.goto(playground.url)
    expect(page.get_by_text("Connected.", exact=False).first).to_be_visible()
    try:
        yield Teams(page)
    finally:
        context.close()
