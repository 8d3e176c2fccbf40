"""What a sentence of a policy says about an act: a table of invented sentences, with and without the lead-in they hang from."""

from __future__ import annotations

import pytest

from knowledge.policy import Stance
from knowledge.stance import stance_of

F, R, A, C, D, N = Stance.FORBIDS, Stance.REQUIRES, Stance.ALLOWS, Stance.CONDITIONS, Stance.ADVISES_AGAINST, Stance.INFORMS

SENTENCES: list[tuple[Stance, str]] = [
    # bans
    (F, "Staff must not befriend pupils online."),
    (F, "Under no circumstances should a pupil be given a lift."),
    (F, "No member of staff may hold photographs of pupils at home."),
    (F, "It is unacceptable to name a pupil in a post."),
    (F, "Passwords are never lent."),
    (F, "Personal phones are not permitted in classrooms."),
    (F, "Adults cannot use their own cameras at school."),
    (F, "Staff will not reply to messages from pupils at night."),
    (F, "The use of disappearing messages with families is prohibited."),
    (F, "Colleagues mustn't comment on a family's post."),
    (F, "Don’t tag pupils."),
    (F, "Staff are to refrain from following pupils."),
    (F, "Gossip about families online will not be tolerated."),
    (F, "Neither should school tablets be lent to relatives."),
    (F, "Personal phones may not be used on trips."),
    (F, "Pupils may not be filmed in the changing rooms."),
    (F, "Nobody may follow a pupil."),
    (F, "Accounts may not be opened in the school's name."),
    # bans with a way out are conditions
    (C, "Pupils must not be filmed without written consent."),
    (C, "Staff must not use their own phones unless the head has agreed."),
    (C, "Nothing is posted in the school's name without the prior approval of the office."),
    (C, "Phones may not be used on trips except in an emergency or with the leader's permission."),
    # permission with conditions
    (C, "Pupils may not be named online without the head's permission."),
    (C, "Staff may post photographs with the consent of the family."),
    (C, "A class page may be opened subject to the head's approval."),
    (C, "Staff may use their own laptops provided that they are encrypted."),
    (C, "Phones can be used at lunch as long as no pupil is present."),
    (C, "New accounts must be approved by the business manager."),
    (C, "Permission must be sought before a trip is shared online."),
    (C, "Staff should take care when adding colleagues as friends."),
    (C, "Think carefully before joining a parents' group."),
    # advice against
    (D, "Staff are strongly discouraged from naming the school on their profiles."),
    (D, "It is not advisable to give out a private number."),
    (D, "Colleagues are advised not to join public forums about the school."),
    (D, "Private messages to families are best avoided."),
    (D, "Avoid late-night posts."),
    # duties
    (R, "Staff must tell the lead of any message from a pupil."),
    (R, "Screens are to be locked whenever a room is left."),
    (R, "Keep all messages as evidence."),
    (R, "All employees are expected to keep profiles private."),
    (R, "Please report worries at once."),
    (R, "Profiles should always be set to private."),
    # freedom
    (A, "Staff may use the staffroom computer for personal e-mail."),
    (A, "Staff are free to join professional networks."),
    (A, "Staff are allowed to keep a phone in their bag."),
    (A, "It would not be reasonable to ban private accounts."),
    (A, "There is no need to ask before following the school's own page."),
    (A, "Parents have the right to ask that a picture is taken down."),
    # what follows, and plain information
    (N, "A breach may result in disciplinary action."),
    (N, "Misuse could lead to dismissal."),
    (N, "The policy applies to all who work at the school."),
    (N, "Social media means any site on which people share content."),
    (N, "The network is filtered by the provider."),
    # words with a "not" in them that forbid nothing
    (N, "This list is not exhaustive."),
    (N, "Staff may not be aware that the network keeps a log."),
    (N, "Safety cannot be guaranteed by any setting."),
    (R, "Staff must not only report the message but also keep it."),
    (R, "Staff should not be afraid to report worries and must do so at once."),
    (A, "Staff are not required to give out their own numbers."),
    (A, "Staff do not need to ask before they report a worry."),
]

UNDER_A_LEAD_IN: list[tuple[Stance, str, str]] = [
    (F, "Staff must not:", "lend a password"),
    (F, "DO NOT", "Share pictures of pupils."),
    (F, "The following are not acceptable:", "jokes about families"),
    (F, "Under no circumstances should staff:", "lend their log-in"),
    (F, "Under no circumstances may adults:", "be alone online with a pupil"),
    (F, "It is unacceptable to:", "name a pupil"),
    (F, "Examples of misconduct are:", "posting gossip"),
    (F, "It is strictly forbidden to:", "film in changing rooms"),
    (F, "The following are banned:", "disappearing messages"),
    (F, "No member of staff may:", "follow a pupil"),
    (F, "Nobody may:", "film in the pool"),
    (F, "Staff may not:", "follow a pupil"),
    (F, "It is against the law to:", "copy such images"),
    (F, "Staff should refrain from:", "posting gossip"),
    (F, "Staff are prohibited from:", "lending a log-in"),
    (F, "Staff should avoid:", "posting late at night"),
    (F, "Staff should never:", "reply to abuse"),
    (C, "Staff must not:", "film pupils without consent"),
    (R, "Staff must:", "keep profiles private"),
    (R, "DO", "Lock your screen."),
    (R, "Everyone must ensure that they:", "use the school's e-mail"),
    (F, "Everyone must ensure that they:", "never befriend a pupil"),
    (F, "Staff should be advised:", "that they do not contact pupils at night"),
    (R, "Staff protect themselves by:", "keeping their numbers private"),
    (F, "Staff are required to protect themselves by:", "not answering abuse"),
    (A, "Staff may:", "use the staffroom computer at lunch"),
    (C, "Staff may:", "post pictures with the consent of families"),
    (R, "Staff must not only:", "report the message"),
    (N, "This policy covers:", "employees and volunteers"),
]

ANSWERS: list[tuple[Stance, str, str]] = [
    (F, "Can I follow a pupil?", "No. Tell the lead if a pupil follows you."),
    (F, "May I lend my password?", "Never."),
    (A, "Can I have a private account?", "Yes, of course."),
    (C, "Can I keep my phone in my bag?", "Yes, as long as it is silent."),
    (C, "Can I post the trip?", "Only with the office's approval."),
    (R, "What if a pupil writes to me?", "You must tell the lead."),
]


@pytest.mark.parametrize(("stance", "sentence"), SENTENCES)
def test_a_sentence_says_what_it_says(stance: Stance, sentence: str) -> None:
    assert stance_of(sentence) is stance


@pytest.mark.parametrize(("stance", "lead_in", "item"), UNDER_A_LEAD_IN)
def test_an_item_says_what_it_says_under_its_lead_in(stance: Stance, lead_in: str, item: str) -> None:
    assert stance_of(item, lead_in) is stance


@pytest.mark.parametrize(("stance", "question", "answer"), ANSWERS)
def test_an_answer_says_yes_or_no_to_its_question(stance: Stance, question: str, answer: str) -> None:
    assert stance_of(answer, question) is stance


@pytest.mark.parametrize("sentence", [sentence for stance, sentence in SENTENCES if stance is F])
@pytest.mark.parametrize("change", [str.upper, lambda text: text.replace("'", "’"), lambda text: f"  {text} "])
def test_a_ban_stays_a_ban_however_it_is_set(sentence: str, change: object) -> None:
    assert stance_of(change(sentence)) is F  # type: ignore[operator]


@pytest.mark.parametrize("ban", ["Staff must not follow pupils.", "Never lend a password.", "It is unacceptable to film pupils."])
@pytest.mark.parametrize("mild", ["Staff may use the staffroom computer.", "Profiles should be private.", "The policy covers all staff."])
def test_a_ban_outranks_the_sentence_beside_it(ban: str, mild: str) -> None:
    assert stance_of(f"{ban} {mild}") is F
    assert stance_of(f"{mild} {ban}") is F


def test_a_consequence_after_a_rule_does_not_change_it() -> None:
    assert stance_of("Staff must tell the lead at once. Failure to do so may lead to dismissal.") is R
    assert stance_of("Staff may use their phones at lunch. A breach may result in disciplinary action.") is A


def test_words_without_a_rule_say_nothing_but_information() -> None:
    assert stance_of("") is N
    assert stance_of("Teaching Online Safety, 2019 edition") is N
