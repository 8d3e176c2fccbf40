"""The shapes policies come in, each in an invented policy of a few lines: lists, tables, FAQs, contents pages, torn and marked-up text."""

from __future__ import annotations

import pytest

from knowledge.errors import PolicyUnreadable
from knowledge.policy import LONGEST_CLAUSE, Stance
from knowledge.sentences import sentences, split_long
from tests.shared_files import edition

FRONT = "Ferndale School\n\nOnline Conduct Policy\n\n1. Scope\n\n"
FRONT += "This policy applies to everybody who works at the school in any role at all, paid or unpaid.\n\n"


def pairs(text: str, ending: str = ".txt") -> list[tuple[str, str]]:
    """(lead-in, text) of the clauses below the front of an invented policy."""
    return [(clause.lead_in, clause.text) for clause in edition(FRONT + text, ending).clauses[1:]]


def test_a_list_three_deep_carries_its_lead_ins_all_the_way_down() -> None:
    text = (
        "2. Devices\n\nStaff must not:\n\n- use a personal phone to:\n  - photograph pupils, for example:\n"
        "    - on a trip\n    - at sports day\n  - ring parents\n- lend a school tablet\n\nPhones are kept in lockers.\n"
    )
    assert pairs(text) == [
        ("Staff must not: use a personal phone to: photograph pupils, for example:", "on a trip"),
        ("Staff must not: use a personal phone to: photograph pupils, for example:", "at sports day"),
        ("Staff must not: use a personal phone to:", "ring parents"),
        ("Staff must not:", "lend a school tablet"),
        ("", "Phones are kept in lockers."),
    ]


def test_letters_and_numerals_in_brackets_nest_and_number_their_clauses() -> None:
    text = (
        "2. Messages\n\n2.1 Employees must not:\n\n(a) write to pupils at night;\n(b) use an account that:\n"
        "(i) is hidden from the school; or\n"
        "(ii) has a false name;\n(c) delete messages sent to pupils.\n\n2.2 Employees may write to parents by school e-mail.\n"
    )
    clauses = edition(FRONT + text).clauses[1:]
    assert [(clause.number, clause.text) for clause in clauses] == [
        ("2.1(a)", "write to pupils at night;"),
        ("2.1(b)(i)", "is hidden from the school; or"),
        ("2.1(b)(ii)", "has a false name;"),
        ("2.1(c)", "delete messages sent to pupils."),
        ("2.2", "Employees may write to parents by school e-mail."),
    ]
    assert {clause.lead_in for clause in clauses[1:3]} == {"Employees must not: use an account that:"}


@pytest.mark.parametrize("marks", [("(a)", "(b)"), ("a)", "b)"), ("a.", "b."), ("(i)", "(ii)"), ("1)", "2)"), ("-", "-")])
def test_a_list_of_any_numbering_without_semicolons_keeps_its_lead_in(marks: tuple[str, str]) -> None:
    text = f"2. Messages\n\nEmployees must not:\n\n{marks[0]} Give pupils their own number\n\n{marks[1]} Reply to pupils at night\n"
    clauses = edition(FRONT + text).clauses[1:]
    assert [(clause.lead_in, clause.text) for clause in clauses] == [
        ("Employees must not:", "Give pupils their own number"),
        ("Employees must not:", "Reply to pupils at night"),
    ]
    assert {clause.stance for clause in clauses} == {Stance.FORBIDS}


def test_an_item_that_breaks_off_before_its_list_is_a_lead_in_even_without_a_colon() -> None:
    text = "2. Messages\n\n2.1 Employees must not:\n\n(a) use an account that\n(i) is hidden from the school; or\n"
    text += "(ii) has a false name;\n(b) delete messages.\n"
    assert [words for _, words in pairs(text)] == ["is hidden from the school; or", "has a false name;", "delete messages."]


def test_the_letter_i_after_h_is_not_the_numeral_one() -> None:
    items = "\n".join(f"({letter}) keep rule number {at} of the list in mind;" for at, letter in enumerate("abcdefghij", start=1))
    numbers = [clause.number for clause in edition(f"{FRONT}2. Duties\n\n2.1 Staff shall:\n\n{items}\n").clauses[1:]]
    assert numbers == [f"2.1({letter})" for letter in "abcdefghij"]


def test_under_no_circumstances_above_a_list_forbids_each_item() -> None:
    text = "2. Bans\n\nUnder no circumstances should staff:\n\n- lend their log-in\n- film a pupil in the changing rooms\n"
    clauses = edition(FRONT + text).clauses[1:]
    assert [clause.lead_in for clause in clauses] == ["Under no circumstances should staff:"] * 2
    assert {clause.stance for clause in clauses} == {Stance.FORBIDS}


@pytest.mark.parametrize(("do", "dont"), [("Do", "Don't"), ("DO", "DO NOT"), ("Do:", "Do not:"), ("Dos", "Don’ts"), ("Always", "Never")])
def test_do_and_do_not_above_lists_are_lead_ins_and_no_headings(do: str, dont: str) -> None:
    read = edition(f"{FRONT}2. At a glance\n\n{do}\n\n- lock your screen\n- use the school camera\n\n{dont}\n\n- share a password\n")
    assert [(clause.lead_in, clause.stance) for clause in read.clauses[1:]] == [
        (do, Stance.REQUIRES),
        (do, Stance.REQUIRES),
        (dont, Stance.FORBIDS),
    ]
    assert read.headings[-1] == ("2 At a glance",)


def test_a_do_and_don_t_table_gives_a_clause_for_each_cell() -> None:
    text = (
        "2. At a glance\n\nDo\tDon't\nKeep your profile private at all times\tAccept friend requests from pupils\n"
        "Use the school phone on trips\tGive families your own number\n"
    )
    assert pairs(text) == [
        ("Do", "Keep your profile private at all times"),
        ("Don't", "Accept friend requests from pupils"),
        ("Do", "Use the school phone on trips"),
        ("Don't", "Give families your own number"),
    ]


def test_a_table_row_is_one_clause_under_its_column_headings() -> None:
    text = (
        "2. Who does what\n\nRole\tDuty\nDesignated lead\tHears every concern about online contact within a day\n"
        "Network manager\tKeeps the filter up to date and tells the lead of alerts\n"
    )
    read = pairs(text)
    assert [lead for lead, _ in read] == ["Role | Duty"] * 2
    assert read[0][1] == "Designated lead | Hears every concern about online contact within a day"


def test_the_answer_of_an_faq_carries_its_question() -> None:
    text = (
        "2. Questions we are often asked\n\nCan I keep my phone in my bag?\n\nYes, as long as it is silent.\n\n"
        "May I follow a pupil on social media?\n\nNo. Tell the lead if a pupil follows you.\n"
    )
    clauses = edition(FRONT + text).clauses[1:]
    assert [(clause.lead_in, clause.stance) for clause in clauses] == [
        ("Can I keep my phone in my bag?", Stance.CONDITIONS),
        ("May I follow a pupil on social media?", Stance.FORBIDS),
    ]


def test_a_list_without_bullets_hangs_from_the_colon_above_it() -> None:
    text = "2. Passwords\n\nStaff must:\n\nkeep passwords secret;\n\nchange them each term;\n\nlog out when they leave.\n\n"
    text += "The office resets lost passwords.\n"
    assert pairs(text) == [
        ("Staff must:", "keep passwords secret;"),
        ("Staff must:", "change them each term;"),
        ("Staff must:", "log out when they leave."),
        ("", "The office resets lost passwords."),
    ]


def test_a_list_that_only_names_things_is_one_clause_with_its_lead_in() -> None:
    text = "2. Meaning\n\nSocial media includes:\n\n- Facebook\n- blogs and forums\n- group chats\n\nIt is used daily by most families.\n"
    read = pairs(text)
    assert len(read) == 2
    assert read[0] == ("", "Social media includes: • Facebook • blogs and forums • group chats")


def test_a_contents_page_with_dot_leaders_is_contents_and_not_rules() -> None:
    text = (
        "Ferndale School\n\nOnline Conduct Policy\n\nContents\n\n1. Scope ............ 2\n2. Messages to families ............ 3\n"
        "3. Photographs . . . . . . 4\n\n1. Scope\n\nThis policy applies to all staff of the school.\n\n2. Messages to families\n\n"
        "Staff write to families by school e-mail only.\n\n3. Photographs\n\nPhotographs of pupils need consent.\n"
    )
    read = edition(text)
    assert [(line.number, line.title) for line in read.contents] == [
        ("1", "Scope"), ("2", "Messages to families"), ("3", "Photographs"),
    ]  # fmt: skip
    assert [(clause.number, clause.text.split()[0]) for clause in read.clauses] == [("1", "This"), ("2", "Staff"), ("3", "Photographs")]
    assert sum(left.why == "contents" for left in read.left_out) == 4


def test_a_signature_block_and_an_end_mark_are_left_out_by_name() -> None:
    text = (
        "2. Rules\n\nStaff lock their screens.\n\nSigned: A Person\n\nHeadteacher\n\nDate: 3/4/2025\n\nChair of Governors\n\n--- END ---\n"
    )
    read = edition(FRONT + text)
    assert [clause.text for clause in read.clauses[1:]] == ["Staff lock their screens."]
    assert [(left.text, left.why) for left in read.left_out if left.why in {"signature", "end mark"}] == [
        ("Signed: A Person", "signature"),
        ("Headteacher", "signature"),
        ("Date: 3/4/2025", "signature"),
        ("Chair of Governors", "signature"),
        ("--- END ---", "end mark"),
    ]


def test_hard_wrapped_paragraphs_and_items_are_joined() -> None:
    text = (
        "2. Phones\n\nPersonal phones are switched off and kept out of sight during\n"
        "every lesson, and on playground duty as well, unless the head\n"
        "has agreed otherwise.\n\nStaff must not:\n\n- take a personal phone into a room in which children are\n  being changed\n"
        "- lend it to a pupil\n"
    )
    assert [words for _, words in pairs(text)] == [
        "Personal phones are switched off and kept out of sight during every lesson, and on playground duty as well, "
        "unless the head has agreed otherwise.",
        "take a personal phone into a room in which children are being changed",
        "lend it to a pupil",
    ]


def test_form_feeds_count_pages_and_page_numbers_are_left_out() -> None:
    text = f"{FRONT}Staff keep their profiles private and\n\nPage 1 of 3\n\fcheck them every term.\n\n2\n"
    text += "\f2. Photographs\n\nPupils are filmed on school cameras only.\n\n3\n"
    read = edition(text)
    assert [(clause.page, clause.text) for clause in read.clauses[1:]] == [
        (1, "Staff keep their profiles private and check them every term."),
        (3, "Pupils are filmed on school cameras only."),
    ]
    assert [(left.text, left.page) for left in read.left_out if left.why == "page number"] == [("Page 1 of 3", 1), ("2", 2), ("3", 3)]
    assert read.pages == 3


def test_html_and_markdown_marks_in_plain_text_are_taken_off_and_no_word_with_them() -> None:
    text = "2. Marks\n\n<p>Staff <b>must not</b> share **their** *own* log-in &amp; password, see <https://example.org/it_policy>.</p>\n"
    assert [words for _, words in pairs(text)] == ["Staff must not share their own log-in & password, see https://example.org/it_policy."]


@pytest.mark.parametrize(
    "kept", ["5 * 3 * 2 screens", "snake_case_names stay", "if x < y and y > z", "a 50% share [sic]", "O'Neill's «rule»"]
)
def test_signs_that_are_no_marks_stay(kept: str) -> None:
    assert pairs(f"2. Signs\n\nStaff leave {kept} as they are in a text.\n") == [("", f"Staff leave {kept} as they are in a text.")]


def long_paragraph(count: int = 20) -> list[str]:
    """Sentences of fifteen words each."""
    return [f"Rule {at} says that staff keep the phone with number {at} locked in drawer {at}." for at in range(1, count + 1)]


def test_a_paragraph_of_300_words_is_cut_between_sentences_and_its_parts_are_told() -> None:
    said = long_paragraph()
    clauses = edition(f"{FRONT}2. Phones\n\n{' '.join(said)}\n").clauses[1:]
    assert len(clauses) == 3
    assert [clause.part for clause in clauses] == [(1, 3), (2, 3), (3, 3)]
    assert [sentence for clause in clauses for sentence in sentences(clause.text)] == said
    assert all(len(clause.text.split()) <= LONGEST_CLAUSE for clause in clauses)
    assert max(len(c.text.split()) for c in clauses) - min(len(c.text.split()) for c in clauses) <= 30


@pytest.mark.parametrize("mark", ["", ";", ",", ":"])
def test_a_single_endless_sentence_is_cut_too_and_loses_no_word(mark: str) -> None:
    endless = " ".join(f"word{at}{mark if at % 30 == 0 else ''}" for at in range(1, 301)) + "."
    parts = split_long(endless)
    assert " ".join(parts) == endless
    assert all(len(part.split()) <= LONGEST_CLAUSE for part in parts)


@pytest.mark.parametrize(
    "one",
    [
        "Use a strong pass phrase, e.g. Three words, on every site.",
        "Speak to Mr. Jones or Mrs. Patel first.",
        "See para. 4 and no. 7 of the list.",
        "It starts at 3.30 p.m. on Mondays.",
    ],
)
def test_a_short_form_ends_no_sentence(one: str) -> None:
    assert sentences(f"{one} Then go home.") == [one, "Then go home."]


def test_a_document_without_a_rule_is_refused_with_what_to_do() -> None:
    with pytest.raises(PolicyUnreadable, match="no rule") as refused:
        edition("Signed: A Person\n\nHeadteacher\n")
    assert refused.value.next_step
