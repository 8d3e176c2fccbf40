"""Coming back with a code: what is read, added, changed and withdrawn, and that a wrong code tells nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.concerns.concern import EntryKind, Outcome, Police, State
from bot.concerns.in_memory import InMemoryCaseUnit
from bot.concerns.returning import MOST_OF_ONE, NOBODY_READS_IT, SAID_TO_REPORTER, WITHDRAW_SAID, WrongCode
from bot.school import Role
from tests.adapters.web.page import faults_of, page_of, words_of
from tests.adapters.web.reporting import CHECK, OAK, STORY, Taking, fields_of, taking, with_people

LEAD = OAK.holding(Role.LEAD)[0]
REPLY = "Thank you. Which chat was it?\nNobody will learn who told us."


@pytest.fixture(scope="module")
def running() -> Iterator[Taking]:
    """The schools, served once for this file."""
    with taking() as taken:
        yield taken


@pytest.fixture
def schools(running: Taking) -> Iterator[Taking]:
    """The schools with nothing reported yet and no code guessed."""
    for kept in running.cases.kept.values():
        kept.concerns.clear(), kept.filings.clear(), kept.entries.clear(), kept.receipts.clear(), kept.guesses.clear()
    running.cases.pings.clear()
    yield running
    running.cases.wrong = running.cases.away = None


def shown(text: str) -> list[str]:
    """The report as a page tells it: who said what."""
    return [words_of(one) for one in page_of(text).xpath("//ol[@class='thread']/li")]


def test_where_nobody_is_left_to_read_it_the_page_says_so_first_and_whom_to_ring(schools: Taking) -> None:
    code = schools.filed()
    kept = schools.cases.kept["oak"]
    kept.school = with_people(OAK)
    try:
        answer = schools.step(code)
    finally:
        kept.school = OAK
    words = words_of(page_of(answer.text))
    assert (answer.status_code, faults_of(answer.text)) == (200, [])
    assert NOBODY_READS_IT in words
    assert "those who can read it are being told" not in words
    assert page_of(answer.text).xpath("//ul[@class='contacts']//a/@href")[0] == "tel:01632960009"
    assert NOBODY_READS_IT not in words_of(page_of(schools.step(code).text))


def test_the_report_its_replies_and_its_state_are_read_with_the_code(schools: Taking) -> None:
    code = schools.filed()
    (concern,) = schools.concerns()
    schools.later(hours=2)
    schools.reports.desk.note("oak", LEAD, concern.id, "A private note", "n" * 22)
    schools.reports.desk.reply("oak", LEAD, concern.id, REPLY, "r" * 22)
    answer = schools.step(code.lower().replace("-", ""))
    assert (answer.status_code, faults_of(answer.text)) == (200, [])
    assert shown(answer.text) == [
        f"You, 21 November 2026 {' '.join(STORY.split())}",
        f"Designated safeguarding lead, 21 November 2026 {' '.join(REPLY.split())}",
    ]
    words = words_of(page_of(answer.text))
    assert SAID_TO_REPORTER[State.IN_ACTION] in words
    assert concern.reference in words
    for hidden in ("A private note", "Ann Lee"):
        assert hidden not in words
    assert code not in words
    assert code not in str(answer.url)


def test_the_page_that_asks_for_the_code_keeps_it_out_of_the_browsers_memory(schools: Taking) -> None:
    answer = schools.client.get(CHECK)
    assert (answer.status_code, faults_of(answer.text)) == (200, [])
    box = page_of(answer.text).get_element_by_id("sp-code")
    assert (box.get("autocomplete"), box.get("autocapitalize"), box.get("spellcheck")) == ("off", "characters", "false")
    assert page_of(answer.text).xpath("//script") == []


def test_whatever_is_wrong_with_a_code_the_answer_is_the_same_to_the_byte(schools: Taking) -> None:
    code = schools.filed()
    changed = code[:-1] + ("0" if code[-1] != "0" else "1")
    deleted = schools.filed()
    (kept,) = [one for one in schools.concerns() if one.id == schools.cases.kept["oak"].receipts[deleted[:4]].concern]
    with schools.cases.unit("oak") as unit:
        unit.delete(kept.id)
    answers = [schools.step(one) for one in (changed, deleted, "4F2K-9QXT-0000-0000-0000", "nonsense", "", "<script>", "x" * 5000)]
    answers += [schools.step(changed, step) for step in ("police", "withdraw", "sure", "elsewhere", "add")]
    of_other_school = schools.client.post("/elm/report/check", data={"code": code})
    assert {(one.status_code, one.text) for one in answers[:-1]} == {(422, answers[0].text)}
    assert {tuple(sorted(one.headers)) for one in answers} == {tuple(sorted(answers[0].headers))}
    assert of_other_school.status_code == 422
    assert WrongCode().message in words_of(page_of(answers[0].text))
    assert faults_of(answers[0].text) == []
    assert "<script>" not in answers[5].text


def test_guessing_is_stopped_and_the_right_code_opens_again_later(schools: Taking) -> None:
    code = schools.filed()
    wrong = code[:-4] + ("0000" if code[-4:] != "0000" else "1111")
    answers = [schools.step(wrong, "add", text="My words") for _ in range(MOST_OF_ONE + 1)]
    assert [one.status_code for one in answers] == [422] * MOST_OF_ONE + [429]
    assert page_of(answers[-1].text).get_element_by_id("sp-text").text.strip() == "My words"
    assert faults_of(answers[-1].text) == []
    assert schools.step(code).status_code == 429
    schools.later(minutes=16)
    assert schools.step(code).status_code == 200


def test_words_are_added_once_however_often_the_form_is_sent(schools: Taking) -> None:
    code = schools.filed()
    add = fields_of(page_of(schools.step(code).text), 0)
    assert add["step"] == "add"
    for _ in range(2):
        answer = schools.client.post(CHECK, data=add | {"text": "It was on Tuesday too."})
        assert answer.status_code == 200
    assert schools.said() == [STORY, "It was on Tuesday too."]
    assert len(shown(answer.text)) == 2
    schools.client.post(CHECK, data=fields_of(page_of(answer.text), 0) | {"text": "And on Friday."})
    assert schools.said()[-1] == "And on Friday."


@pytest.mark.parametrize("text", ["", "x" * 20_001])
def test_words_that_cannot_be_added_come_back_with_what_is_wrong(schools: Taking, text: str) -> None:
    answer = schools.step(schools.filed(), "add", text=text)
    assert (answer.status_code, faults_of(answer.text)) == (422, [])
    box = page_of(answer.text).get_element_by_id("sp-text")
    assert (box.text.removeprefix("\n"), box.get("aria-invalid")) == (text, "true")
    assert page_of(answer.text).xpath("//div[@role='alert']//a/@href") == ["#sp-text"]
    assert schools.said() == [STORY]


def test_words_added_with_a_code_that_opens_nothing_come_back_to_be_sent_with_the_right_one(schools: Taking) -> None:
    code = schools.filed()
    answer = schools.step(code[:-1] + ("0" if code[-1] != "0" else "1"), "add", text="A long addition <b>", submission="s" * 22)
    assert answer.status_code == 422
    again = fields_of(page_of(answer.text))
    assert again["text"].strip() == "A long addition <b>"
    assert "code" not in again
    done = schools.client.post(CHECK, data=again | {"code": code})
    assert done.status_code == 200
    assert schools.said()[-1] == "A long addition <b>"


@pytest.mark.parametrize("when", ["away", "wrong"])
def test_a_store_that_goes_away_is_said_and_takes_no_words_with_it(schools: Taking, when: str) -> None:
    code = schools.filed()
    setattr(schools.cases, when, ConnectionError("gone"))
    answer = schools.step(code, "add", text="It was on Tuesday too.")
    assert (answer.status_code, faults_of(answer.text)) == (503, [])
    words = words_of(page_of(answer.text))
    assert "What you wrote has not been added" in words
    assert page_of(answer.text).get_element_by_id("sp-text").text.strip() == "It was on Tuesday too."
    assert code not in answer.text


def test_the_wish_about_the_police_can_be_changed(schools: Taking) -> None:
    code = schools.filed()
    answer = schools.step(code, "police", police="yes")
    assert (answer.status_code, faults_of(answer.text)) == (200, [])
    assert schools.concerns()[0].police is Police.YES
    assert page_of(answer.text).xpath("//select[@name='police']/option[@selected]/@value") == ["yes"]
    schools.step(code, "police", police="maybe")
    assert schools.concerns()[0].police is Police.YES


def test_withdrawing_takes_a_second_step_that_says_what_it_means(schools: Taking) -> None:
    code = schools.filed()
    asked = schools.step(code, "withdraw")
    assert (asked.status_code, faults_of(asked.text)) == (200, [])
    assert WITHDRAW_SAID in words_of(page_of(asked.text))
    assert schools.concerns()[0].state is State.RECEIVED
    no, yes = fields_of(page_of(asked.text), 0), fields_of(page_of(asked.text), 1)
    assert schools.client.post(CHECK, data=no).status_code == 200
    assert schools.concerns()[0].state is State.RECEIVED
    for _ in range(2):
        done = schools.client.post(CHECK, data=yes)
        assert SAID_TO_REPORTER[State.WITHDRAWN] in words_of(page_of(done.text))
    assert schools.concerns()[0].state is State.WITHDRAWN
    assert "Withdraw the report" not in done.text


def test_a_report_closed_meanwhile_is_shown_as_closed_rather_than_withdrawn(schools: Taking) -> None:
    code = schools.filed()
    (concern,) = schools.concerns()
    schools.reports.desk.acknowledge("oak", LEAD, concern.id)
    schools.reports.desk.close("oak", LEAD, concern.id, Outcome.SETTLED, "Done.")
    for step in ("withdraw", "sure"):
        answer = schools.step(code, step)
        assert answer.status_code == 200
        assert SAID_TO_REPORTER[State.CLOSED] in words_of(page_of(answer.text))
    assert schools.concerns()[0].state is State.CLOSED


def test_an_unexpected_error_is_a_page_with_the_words_too(schools: Taking, monkeypatch: pytest.MonkeyPatch) -> None:
    code = schools.filed()

    def failing(*_: object) -> None:
        raise KeyError(STORY)

    monkeypatch.setattr(InMemoryCaseUnit, "enter", failing)
    answer = schools.step(code, "add", text="It was on Tuesday too.")
    assert answer.status_code == 503
    assert page_of(answer.text).get_element_by_id("sp-text").text.strip() == "It was on Tuesday too."


def test_what_a_reporter_adds_is_the_reporters_word_alone(schools: Taking) -> None:
    code = schools.filed()
    schools.step(code, "add", text="More", role="lead", kind="reply", name="Ann Lee")
    assert [entry.kind for entries in schools.cases.kept["oak"].entries.values() for entry in entries] == [EntryKind.STORY, EntryKind.ADDED]
    assert all(entry.role is None for entries in schools.cases.kept["oak"].entries.values() for entry in entries)
