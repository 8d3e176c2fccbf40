"""The head's digest: counts of what this head may see, reviews, and what policies leave open; nothing else."""

from __future__ import annotations

from datetime import date

from bot.concerns.concern import About
from bot.conversation import Conversation
from bot.digest import NOT_THE_HEAD, Digests
from bot.heard import Heard, Place
from bot.in_memory import InMemorySchools, Kept, NoCourier
from bot.ports import Gap
from bot.reply import Says
from tests.bot.concerns.house import CHAIR, DEPUTY, HEAD, LEAD, OAK, STORY, House
from tests.bot.schools import SHELVES, school


def digests(house: House) -> tuple[Digests, InMemorySchools]:
    """The digests of oak, which has published one policy."""
    schools = InMemorySchools([Kept(OAK, school("oak", "bledington").editions)])
    return Digests(schools, house.cases, house.now, "https://signpost.example"), schools


def test_it_counts_what_waits_and_what_is_in_hand_and_says_how_quickly_they_are_taken() -> None:
    house = House()
    house.file(), house.file()
    taken = house.file()
    house.later(minutes=50)
    house.reports.desk.acknowledge("oak", LEAD, taken.concern)

    said = digests(house)[0].of(OAK, HEAD)

    assert "Reports that nobody has taken: 2. The longest has been waiting for 1 hour." in said.text
    assert "Reports in hand: 1." in said.text
    assert "Half of those taken were taken within 1 hour." in said.text
    assert said.desk == "https://signpost.example/oak/desk"


def test_it_counts_nothing_that_is_kept_from_this_head() -> None:
    house = House()
    house.file(About.HEAD)

    assert "No report waits" in digests(house)[0].of(OAK, HEAD).text
    assert "nobody has taken: 1" in digests(house)[0].of(OAK, CHAIR).text


def test_it_holds_no_word_of_a_report() -> None:
    house = House()
    house.file(name="Kit Moss")

    text = digests(house)[0].of(OAK, HEAD).text

    for word in (STORY, "Kit", "pupil", "anonymous"):
        assert word not in text


def test_it_names_what_staff_ask_and_the_policy_leaves_open() -> None:
    house = House()
    made, schools = digests(house)
    with schools.unit("oak") as unit:
        for _ in range(3):
            unit.count_gap("cyberbully_police", date(2026, 3, 1), Gap.SILENT)
        unit.count_gap("dating", date(2026, 3, 1), Gap.UNSURE)

    text = made.of(OAK, HEAD).text

    assert "- Police and online abuse; whose decision" in text
    assert text.count("- ") == 1


def test_a_review_that_is_overdue_stands_in_it() -> None:
    house = House()

    assert "review" in digests(house)[0].of(OAK, HEAD).text


def test_a_head_may_ask_for_it_in_their_own_chat_and_nobody_else() -> None:
    house = House()
    made, schools = digests(house)
    talk = Conversation(schools, SHELVES, NoCourier(), house.now, house.new_id, reports=house.reports.in_chat, digests=made)

    assert "the last four weeks" in str(talk.hear(Heard("oak", "Digest", f"slack:T1:{HEAD.slack}")).parts[0])
    for who in (f"slack:T1:{DEPUTY.slack}", "slack:T1:U99", ""):
        assert talk.hear(Heard("oak", "digest", who)).parts == (Says(NOT_THE_HEAD),)
    public = talk.hear(Heard("oak", "digest", f"slack:T1:{HEAD.slack}", place=Place.SHARED))
    assert "the last four weeks" not in str(public.parts)
