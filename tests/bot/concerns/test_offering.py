"""Where the private way to report is offered in a conversation, and where it is not."""

from __future__ import annotations

from dataclasses import replace

from bot.concerns.in_chat import ACKNOWLEDGE
from bot.concerns.offering import BULLIED
from bot.conversation import Conversation
from bot.heard import Heard, Pressed
from bot.in_memory import InMemorySchools, Kept, NoCourier
from bot.reply import Reply, ReportOffer, Urgent, plain
from knowledge.topics import topics
from tests.bot.concerns.house import OAK, House
from tests.bot.schools import SHELVES, school


def told(house: House) -> Conversation:
    """A conversation at oak that offers reports."""
    schools = InMemorySchools([Kept(OAK, school("oak", "bledington").editions)])
    return Conversation(schools, SHELVES, NoCourier(), house.now, house.new_id, "https://signpost.example", reports=house.reports.in_chat)


def offers(reply: Reply) -> list[ReportOffer]:
    """The offers in a reply."""
    return [part for part in reply.parts if isinstance(part, ReportOffer)]


def test_every_worry_has_the_private_way_below_the_people_to_ring() -> None:
    for worry in ("a pupil told me her uncle hits her", "the head has been messaging a pupil at night", "I want to report something"):
        reply = told(House()).hear(Heard("oak", worry))
        assert isinstance(reply.parts[0], Urgent), worry
        assert [one.url for one in offers(reply)] == ["https://signpost.example/oak/report"], worry
        assert "You say who it is about, and they never see it" in plain(reply)


def test_an_answer_about_cyber_bullying_has_it_and_another_answer_has_not() -> None:
    conversation = told(House())

    for bullied in (
        "who do I tell if parents bully me online?",
        "parents are bullying me online what can I do",
        "a parent is abusing me on facebook",
        "parents slagging me off on whatsapp",
        "someone posted nasty things about me on facebook",
        "i'm being threatened on social media",
    ):
        assert offers(conversation.hear(Heard("oak", bullied))), bullied
    for other in ("can I accept a friend request from a parent?", "can I post a photo of me and my class?", "can I post about parents?"):
        assert not offers(conversation.hear(Heard("oak", other))), other


def test_who_asks_for_their_report_is_led_to_the_way_back() -> None:
    reply = told(House()).hear(Heard("oak", "any news on my report?"))

    assert [one.url for one in offers(reply)] == ["https://signpost.example/oak/report/check"]


def test_where_reports_are_not_taken_nothing_is_offered() -> None:
    conversation = replace(told(House()), reports=None)

    assert not offers(conversation.hear(Heard("oak", "a pupil told me her uncle hits her")))


def test_the_button_under_a_ping_comes_to_the_desk() -> None:
    house = House()
    filed = house.file()

    told(house).press(Pressed("oak", f"{ACKNOWLEDGE}.{filed.concern}", "slack:T1:U1"))

    assert house.concern(filed).taken_by is not None


def test_the_topics_that_offer_it_are_topics() -> None:
    assert {topic.id for topic in topics()} >= BULLIED
