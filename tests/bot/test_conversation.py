"""The conversation: what each kind of message and each button gets, what is counted, what is remembered and what never is."""

from __future__ import annotations

from datetime import date

import pytest

from adapters.samples import sample_names
from bot.conversation import NEW_QUESTION, NOT_YOURS, NOTHING_ASKED, STARTED_OVER, TOO_LATE, WELCOME, WHO_SEES
from bot.heard import Heard, Place, Pressed
from bot.in_memory import InMemoryUnit
from bot.passing_on import ALREADY, KEPT, SENT
from bot.ports import Gap, NotKept, Outcome, Sent, Turn, UnknownSchool
from bot.reply import Caution, Choices, Heading, Quote, Says, Urgent, plain
from bot.replying import OTHERS_CAN_READ
from bot.school import Holder, Role, School
from tests.bot.schools import ALDER, Told, button, buttons, edition, school, told

PARENT = "can I accept a friend request from a parent?"
NOVEMBER = date(2026, 11, 1)


def silent_question(talk: Told, school_id: str = "alder") -> str:
    """A question that this school's policy does not cover, as Signpost sees it."""
    likely = ("can parents film the nativity?", "can I use a dating app?", "may I livestream assembly?",
              "can I sell things on vinted?",
              "who can use chatgpt for reports?", "can parents set up a class whatsapp group?",
              "may I tutor a pupil online for money?")  # fmt: skip
    for asked in likely:
        if talk.conversation.hear(Heard(school_id, asked)).standing == "silent":
            return asked
    raise AssertionError("none of these is silent any more: choose another question")


def test_a_question_gets_headline_quotation_place_and_a_link_that_opens_the_edition_at_the_clause() -> None:
    reply = told().hear(PARENT)
    assert reply.standing == "answered"
    assert next(part for part in reply.parts if isinstance(part, Heading)).text == "No."
    quote = next(part for part in reply.parts if isinstance(part, Quote))
    clause = next(clause for clause in edition("bledington").clauses if clause.text == quote.text)
    assert quote.url == f"https://signpost.test/alder/policies/bledington/editions/1?clause={clause.anchor}#{clause.anchor}"
    assert "sample, restated" in next(part.text for part in reply.parts if isinstance(part, Caution))


def test_every_quotation_is_a_run_of_words_of_the_school_s_own_policy() -> None:
    talk = told()
    for asked in (PARENT, "can I post photos?", "who runs the school twitter", "can parents film the nativity?"):
        for school_id, names in (("alder", ["bledington"]), ("birch", ["cbc", "dobcroft"])):
            words = [clause.text for name in names for clause in edition(name).clauses]
            quotes = [part for part in talk.hear(asked, school_id).parts if isinstance(part, Quote)]
            assert quotes
            assert all(quote.text in words for quote in quotes)
            assert all(quote.sentence in quote.text for quote in quotes)


def test_the_plain_text_of_a_reply_is_all_of_it() -> None:
    talk = told()
    for asked in (PARENT, silent_question(talk), "a boy told me his mum hits him", "help"):
        reply = talk.hear(asked)
        text = plain(reply)
        for part in reply.parts:
            match part:
                case Quote():
                    assert all(one in text for one in (part.text, part.lead_in, part.place, part.url))
                case Urgent(lines, contacts):
                    assert all(line in text for line in lines)
                    assert all(one.who in text and one.phone in text for one in contacts)
                case Choices(prompt, offered):
                    assert all(one.label in text for one in offered)
                    assert prompt in text
                case Heading(words) | Says(words) | Caution(words):
                    assert words in text


def test_two_policies_of_one_school_are_asked_together_and_each_link_opens_its_own() -> None:
    quotes = [part for part in told().hear("can I post photos of pupils?", "birch").parts if isinstance(part, Quote)]
    for quote in quotes:
        policy = quote.url.split("/")[5]
        anchor = quote.url.split("#")[1]
        clause = edition(policy).clause(anchor)
        assert clause is not None
        assert clause.text == quote.text
    assert {quote.url.split("/")[5] for quote in quotes} == {"cbc", "dobcroft"}


def test_a_follow_up_is_put_together_with_the_question_before_it_and_says_so() -> None:
    talk = told()
    talk.hear("can I accept a friend request from a pupil?")
    reply = talk.hear("what about parents?")
    assert reply.parts[0] == Says("Understood as: can I accept a friend request from parents?")
    assert next(part for part in reply.parts if isinstance(part, Quote)).text.startswith("Staff must not be in social media contact")


@pytest.mark.parametrize("change", ["another thread", "half an hour later", "no thread", "another school", "started over"])
def test_a_follow_up_is_not_understood_against_what_is_not_its_own(change: str) -> None:
    talk = told()
    talk.hear("can I accept a friend request from a pupil?", thread="" if change == "no thread" else "t1")
    if change == "half an hour later":
        talk.later(minutes=31)
    if change == "started over":
        assert talk.hear("start over").parts == (Says(STARTED_OVER),)
    thread = {"another thread": "t2", "no thread": ""}.get(change, "t1")
    reply = talk.hear("what about parents?", "birch" if change == "another school" else "alder", thread=thread)
    assert not plain(reply).startswith("Understood as")
    assert (Says(NEW_QUESTION) in reply.parts) == bool(thread)  # where nothing is ever remembered, nothing is said of it


def test_nothing_of_a_disclosure_is_kept_nor_of_what_was_asked_before_it() -> None:
    talk = told()
    talk.hear(PARENT)
    for worry in ("a girl in my class told me her uncle hits her", "I saw a colleague kiss a year 9 pupil", "he is not breathing"):
        reply = talk.hear(worry)
        assert isinstance(reply.parts[0], Urgent)
        assert reply.standing == "urgent"
        assert not buttons(reply)
    kept = talk.kept()
    assert kept.turns == {}
    assert not kept.passed
    assert not kept.gaps
    assert "999" in plain(talk.hear("he is not breathing")).splitlines()[0]


def test_who_is_named_to_tell_is_never_somebody_it_is_about() -> None:
    talk = told()
    child = talk.hear("a girl told me her uncle hits her").parts[0]
    assert isinstance(child, Urgent)
    assert [one.phone[-1:] for one in child.contacts[:3]] == ["1", "2", "3"]
    assert child.contacts[-1].who == "NSPCC helpline: 0808 800 5000"
    about_head = talk.hear("I saw the head hit a pupil this morning").parts[0]
    assert isinstance(about_head, Urgent)
    assert [one.who for one in about_head.contacts[:-1]] == ["Chair of governors: Sam Reed"]
    assert not any("safeguarding lead" in line and "Tell your" in line for line in about_head.lines)
    about_lead = talk.hear("the safeguarding lead has been messaging a pupil at night, I saw it").parts[0]
    assert isinstance(about_lead, Urgent)
    assert "Ann Lee" not in plain_of(about_lead)
    assert "Jo Hall" in plain_of(about_lead)


def plain_of(part: Urgent) -> str:
    return "\n".join([*part.lines, *(one.who for one in part.contacts)])


def test_one_person_in_two_roles_counts_as_one_person() -> None:
    talk = told()
    lead_is_head = talk.hear("the dsl has been texting a pupil, I saw the messages", "dale").parts[0]
    assert isinstance(lead_is_head, Urgent)
    assert "Moor" not in plain_of(lead_is_head)
    assert "Lou Ash" in plain_of(lead_is_head)
    child = talk.hear("a girl told me her uncle hits her", "dale").parts[0]
    assert isinstance(child, Urgent)
    assert plain_of(child).count("Moor") == 1


def test_where_others_can_read_it_a_worry_is_answered_with_how_to_take_it_back() -> None:
    talk = told()
    assert OTHERS_CAN_READ in plain(talk.hear("a girl told me her uncle hits her", place=Place.SHARED))
    assert OTHERS_CAN_READ not in plain(talk.hear("a girl told me her uncle hits her"))
    assert OTHERS_CAN_READ not in plain(talk.hear(PARENT, place=Place.SHARED))


def test_a_school_without_a_policy_says_so_but_meets_a_worry_all_the_same() -> None:
    talk = told()
    assert "not published a policy" in plain(talk.hear(PARENT, "cedar"))
    assert "Head: Jo Hall, 01632 960003" in plain(talk.hear(PARENT, "cedar"))
    assert "Head: Jo Hall, 01632 960003" in plain(talk.hear("show me the policy", "cedar"))
    assert "01632 960001" in plain(talk.hear("a girl told me her uncle hits her", "cedar"))
    assert talk.kept("cedar").turns == {}


def test_feedback_is_counted_once_for_the_first_clause_without_a_name() -> None:
    talk = told()
    reply = talk.hear(PARENT)
    anchor = next(part for part in reply.parts if isinstance(part, Quote)).url.split("#")[1]
    assert talk.press(reply, "Yes").replaces
    talk.press(reply, "Yes")
    talk.press(reply, "No")
    assert dict(talk.kept().feedback) == {("bledington", anchor, NOVEMBER, True): 1}
    assert not talk.kept().gaps


def test_a_no_offers_to_pass_the_question_on_and_shows_first_what_the_head_would_read() -> None:
    talk = told()
    reply = talk.press(talk.hear("can I accept a friend request from Mrs Patel, the mum of Kai?"), "No")
    assert list(talk.kept().gaps.values()) == [1]
    preview = talk.press(reply, "Pass it on …")
    assert "Patel" not in plain(preview)
    assert "Kai" not in plain(preview)
    assert "friend request" in plain(preview)
    assert not talk.kept().passed
    assert plain(talk.press(preview, "Without my name")) == KEPT
    (passed,) = talk.kept().passed
    assert passed.name == ""
    assert passed.text in plain(preview)
    assert talk.courier.told[0][:2] == ("alder", (Role.HEAD,))
    assert "Tom" not in talk.courier.told[0][2]
    assert plain(talk.press(preview, "With my name")) == ALREADY
    assert len(talk.kept().passed) == 1


def test_after_half_an_hour_a_question_can_no_longer_be_passed_on_though_its_answer_still_counts() -> None:
    talk = told()
    offered = talk.hear(silent_question(talk))
    answered = talk.hear(PARENT)
    talk.later(minutes=31)
    assert plain(talk.press(offered, "Pass it on …")) == TOO_LATE
    talk.press(answered, "Yes")
    assert list(talk.kept().feedback.values()) == [1]


def test_a_question_about_the_head_cannot_be_passed_to_the_head_by_a_button_made_by_hand() -> None:
    talk = told()
    reply = talk.hear("can I report the head for posting photos of parents?")
    turn_id = button(reply, "No").press.partition(".")[0]
    for act in ("pass", "pass-unnamed"):
        assert plain(talk.conversation.press(Pressed("alder", f"{turn_id}.{act}", "u1", "t1"))) == TOO_LATE
    assert not talk.kept().passed


def test_a_name_goes_with_a_question_only_where_the_asker_says_so() -> None:
    talk = told()
    preview = talk.press(talk.hear(silent_question(talk)), "Pass it on …")
    assert [one.label for one in buttons(preview)] == ["With my name", "Without my name", "Do not pass it on"]
    talk.press(preview, "Do not pass it on")
    assert not talk.kept().passed
    talk.press(preview, "With my name")
    assert talk.kept().passed[0].name == "Tom Bird"
    nameless = talk.press(talk.hear(silent_question(talk)), "Pass it on …", name="")
    assert "With my name" not in [one.label for one in buttons(nameless)]


def test_what_is_said_of_a_question_passed_on_is_how_its_sending_came_out() -> None:
    class Sending:
        def tell(self, school: School, roles: object, text: str) -> Outcome:
            return Outcome(Sent.FELL_BACK, "teams", "slack_down")

    talk = Told(told().schools, Sending())  # type: ignore[arg-type]
    preview = talk.press(talk.hear(silent_question(talk)), "Pass it on …")
    assert plain(talk.press(preview, "Without my name")) == SENT


def test_a_question_about_the_head_is_not_offered_to_the_head() -> None:
    talk = told()
    for asked in ("how do I report the headteacher?", "can I report the head for posting photos of parents?"):
        reply = talk.hear(asked)
        if "No" in [one.label for one in buttons(reply)]:
            reply = talk.press(reply, "No")
        assert "Pass it on …" not in [one.label for one in buttons(reply)]
    assert "No" in [one.label for one in buttons(talk.hear(asked))]  # so the offer after it was looked for


def test_a_silence_is_counted_by_topic_and_month_and_nothing_else() -> None:
    talk = told()
    asked = silent_question(talk)
    talk.kept().gaps.clear()
    talk.hear(asked)
    talk.later(days=20)
    talk.hear(asked)
    gaps = {(topic, month): count for (topic, month, why), count in talk.kept().gaps.items() if why is Gap.SILENT}
    assert sorted(month for _, month in gaps) == [NOVEMBER, date(2026, 12, 1)]
    assert set(gaps.values()) == {1}


def test_a_button_is_only_for_the_one_who_asked_and_only_at_their_school() -> None:
    talk = told()
    reply = talk.hear(PARENT)
    assert plain(talk.press(reply, "Yes", who="u2")) == NOT_YOURS
    assert plain(talk.press(reply, "Yes", "birch")) == TOO_LATE
    assert not talk.kept().feedback
    assert not talk.kept("birch").feedback


@pytest.mark.parametrize(
    "carried", ["", ".", "nonsense", "turn-1", "turn-1.", "turn-1.option-7", "turn-1.option-x", "turn-1.delete", "turn-9.yes"]
)
def test_a_button_that_was_tampered_with_changes_nothing(carried: str) -> None:
    talk = told()
    talk.hear(PARENT)
    assert plain(talk.conversation.press(Pressed("alder", carried, "u1", "t1"))) == TOO_LATE
    assert not talk.kept().feedback
    assert not talk.kept().passed


def test_where_one_word_would_settle_it_signpost_asks_back_and_the_choice_asks_again() -> None:
    talk = told()
    reply = talk.hear("can I be friends with them?", "birch")
    assert {"A parent", "A pupil"} <= {one.label for one in buttons(reply)}
    again = talk.press(reply, "A parent", "birch")
    assert plain(again).startswith("Understood as: can I be friends with them, about a parent?")
    assert "A parent" not in [one.label for one in buttons(again)]


def test_an_answer_that_cannot_be_remembered_is_given_all_the_same_without_buttons() -> None:
    class FullDisk(InMemoryUnit):
        def remember(self, turn: Turn) -> None:
            raise NotKept("The disk is full.", "Make room.")

    talk = told()
    talk.schools.unit = lambda school_id: FullDisk(talk.kept(school_id))  # type: ignore[method-assign]
    reply = talk.hear(PARENT)
    assert [part for part in reply.parts if isinstance(part, Quote)]
    assert not buttons(reply)


def test_small_talk_is_kept_short_and_nothing_asked_is_helped_with_examples() -> None:
    talk = told()
    assert len(plain(talk.hear("hi")).split()) < 25
    assert plain(talk.hear("  ")).startswith(NOTHING_ASKED)
    assert plain(talk.hear("help")).count("•") == 3
    assert plain(talk.hear("who is the dsl?")).startswith("Designated safeguarding lead: Ann Lee, 01632 960001")
    assert "https://signpost.test/birch/policies/cbc" in plain(talk.hear("show me the policy", "birch"))
    assert talk.kept().turns == {}


def test_thanks_are_answered_in_kind() -> None:
    for thanks in ("thanks", "ok, thank you so much", "cheers!"):
        assert told().hear(thanks).parts == (Says(WELCOME),)


@pytest.mark.parametrize("asked", ["did you send it?", "have you told the dsl", "will the head see this", "is this confidential?"])
def test_who_sees_what_was_written_is_told_plainly(asked: str) -> None:
    assert told().hear(asked).parts == (Says(WHO_SEES),)


@pytest.mark.parametrize(
    "worry", ["did anyone see that boy get hit", "has anyone told the dsl about Mia, she was hit", "he will tell it to kill it"]
)
def test_a_worry_is_not_taken_for_a_question_about_signpost(worry: str) -> None:
    assert Says(WHO_SEES) not in told().hear(worry).parts


def test_stop_forgets_what_was_asked() -> None:
    talk = told()
    talk.hear(PARENT)
    assert talk.hear("stop").parts == (Says(STARTED_OVER),)
    assert talk.kept().turns == {}


def test_where_signpost_is_not_sure_it_names_whom_to_ask_with_their_numbers() -> None:
    reply = told().hear("may I follow them back?", "birch")
    assert reply.standing == "closest"
    assert "Head: Jo Hall, 01632 960003" in plain(reply)
    assert "Designated safeguarding lead: Ann Lee, 01632 960001" in plain(reply)


def test_nobody_is_asked_who_it_is_about_who_has_said_so() -> None:
    assert "A parent" not in [one.label for one in buttons(told().hear("may I follow the governors back?", "birch"))]


def test_an_overdue_policy_is_named_where_the_school_has_several() -> None:
    said = [part.text for part in told().hear("can I post photos of pupils?", "birch").parts if isinstance(part, Caution)]
    assert any(text.startswith(f"{edition('cbc').title}: this policy was due for review") for text in said)


def test_several_questions_get_a_headline_each() -> None:
    reply = told().hear("Can I accept a friend request from a parent? And can I post photos of pupils on my own facebook?")
    headings = [part for part in reply.parts if isinstance(part, Heading)]
    assert [heading.question[:3] for heading in headings] == ["1. ", "2. "]


def test_an_unknown_school_is_refused() -> None:
    with pytest.raises(UnknownSchool, match="nowhere"):
        told().hear(PARENT, "nowhere")


@pytest.mark.parametrize("sample", sample_names())
def test_no_school_s_reply_holds_a_word_of_another_s_policy(sample: str) -> None:
    others = {clause.text for name in sample_names() if name != sample for clause in edition(name).clauses}
    mine = {clause.text for clause in edition(sample).clauses}
    talk = Told(type(told().schools)([school("elm", sample), *(school(name, name) for name in sample_names() if name != sample)]))
    for asked in (PARENT, "can I post photos?", "can I use my phone in class?"):
        for name in sample_names():
            if name != sample:
                talk.hear(asked, name)  # whatever others asked just before
        quoted = {part.text for part in talk.hear(asked, "elm").parts if isinstance(part, Quote)}
        assert quoted <= mine
        assert not quoted & (others - mine)


def test_a_deputy_rung_first_is_the_first_in_the_list() -> None:
    second = Holder(Role.DEPUTY, "Zoe Ames", "01632 960009")
    talk = Told(type(told().schools)([school("alder", "bledington", holders=(ALDER[0], second, *ALDER[1:]))]))
    urgent = talk.hear("a girl told me her uncle hits her").parts[0]
    assert isinstance(urgent, Urgent)
    assert [one.who.split(": ")[1] for one in urgent.contacts[:3]] == ["Ann Lee", "Zoe Ames", "Bo Day"]
    assert button(talk.hear(PARENT), "Yes").press.endswith(".yes")


@pytest.mark.parametrize(
    "asked", ["how do I report a concern?", "who do i tell if a child says something worrying", "what if a pupil tells me a secret"]
)
def test_who_asks_whom_to_tell_is_given_people_before_any_clause(asked: str) -> None:
    first = told().hear(asked).parts[0]
    assert isinstance(first, Says)
    assert "01632 960001" in first.text
