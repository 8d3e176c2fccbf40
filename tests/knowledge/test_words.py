"""Words and what they mean: tokens, stems, mended spelling, concepts, the forms of a question and the question in a story."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.concepts import lexicon
from knowledge.question import forms_of, split_questions, understand
from knowledge.topics.fitted import topic_model
from knowledge.words import STOP_WORDS, Speller, stem, stems, tokens, trigrams

SPELLER = Speller(lexicon().vocabulary | topic_model().vocabulary, lexicon().spelling, lexicon().vocabulary)


def concepts(text: str) -> set[str]:
    """The concepts named outright in a text."""
    return {concept for concept, weight in lexicon().concepts(tokens(text)).items() if weight == 1.0}


def mended(text: str) -> str:
    """A text with its spelling mended."""
    return " ".join(SPELLER.mend(tokens(text)))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Parents' Wi-Fi", ["parents", "wi", "fi"]),
        ("the pupil’s phone", ["the", "pupil", "phone"]),
        ("Don't! DON’T", ["dont", "dont"]),
        ("Y6, yr10 & 2 kids", ["y6", "yr10", "2", "kids"]),
        ("e-mail/phone", ["e", "mail", "phone"]),
        ("", []),
        ("?!… –", []),
    ],
)
def test_tokens_are_lower_case_words_with_apostrophes_folded_away(text: str, found: list[str]) -> None:
    assert tokens(text) == found


@pytest.mark.parametrize(
    "family", [("friend", "friends"), ("photograph", "photographs", "photographing"), ("message", "messages", "messaging")]
)
def test_words_of_one_family_have_one_stem(family: tuple[str, ...]) -> None:
    assert len({stem(word) for word in family}) == 1


def test_small_words_are_no_stems_of_their_own() -> None:
    assert stems("Can I message the parents?") == [stem("message"), stem("parents")]
    assert stems("so can we have it") == []


def test_trigrams_mark_the_edges_of_words() -> None:
    assert list(trigrams(["pic", "a"])) == ["<pi", "pic", "ic>", "<a>"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("can u msg ppl 2day", "can you"),
        ("shud i tell sum1", "should i tell"),
        ("gonna post a pic 4 parents", "going to post"),
        ("is it ok b4 school", "is it ok before school"),
        ("wot if ur pw is nicked", "your password"),
        ("dont", "do not"),
        ("cant", "can not"),
    ],
)
def test_phone_spelling_is_written_out(typed: str, meant: str) -> None:
    assert meant in mended(typed)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("pupli", "pupil"), ("paretns", "parents"), ("freind", "friend"), ("requset", "request"),
        ("facebok", "facebook"), ("instgram", "instagram"), ("whatsap", "whatsapp"), ("snapcaht", "snapchat"), ("pasword", "password"),
        ("confidental", "confidential"), ("aprents", "parents"), ("collegue", "colleague"), ("headteecher", "headteacher"),
        ("cyberbulling", "cyberbullying"), ("privasy", "privacy"), ("safegaurding", "safeguarding"),
    ],
)  # fmt: skip
def test_a_typing_mistake_is_mended(typed: str, meant: str) -> None:
    assert stem(mended(typed)) == stem(meant)


@pytest.mark.parametrize(
    "word", ["pupil", "parents", "facebook", "insta", "form", "from", "staff", "stuff", "xyzzyq", "ok", "dm", "y6", "ks2"]
)
def test_known_short_and_outlandish_words_are_left_alone(word: str) -> None:
    assert mended(word) == word


@pytest.mark.parametrize("name", ["Priya", "Callum", "Kayleigh", "Mohammed"])
def test_a_pupil_s_name_is_not_made_into_another_word_of_the_lexicon(name: str) -> None:
    assert not concepts(mended(name)), mended(name)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=80))
def test_mending_never_fails_and_mending_twice_changes_nothing(text: str) -> None:
    once = SPELLER.mend(tokens(text))
    assert all(once)
    assert [word for word in once if word in STOP_WORDS] == [word for word in SPELLER.mend(once) if word in STOP_WORDS]


@pytest.mark.parametrize("phrase", ["a former pupil", "an ex student", "someone I used to teach", "ex-pupils", "alumni"])
def test_a_former_pupil_is_no_pupil(phrase: str) -> None:
    found = concepts(phrase)
    assert "former_pupil" in found
    assert "pupil" not in found


@pytest.mark.parametrize("group", ["y6", "Year 10", "yr 3", "yr9s", "Y13", "a year 7"])
def test_a_year_group_is_pupils(group: str) -> None:
    assert "pupil" in concepts(group)


@pytest.mark.parametrize("no_group", ["year 2024", "this year", "10 years ago", "why"])
def test_a_year_is_not_pupils(no_group: str) -> None:
    assert "pupil" not in concepts(no_group)


@pytest.mark.parametrize(
    ("said", "concept"),
    [
        ("insta", "social_media"), ("TikTok", "social_media"), ("fb", "social_media"), ("twitter", "social_media"), ("LinkedIn",
        "social_media"),
        ("WhatsApp", "messaging"), ("snap", "messaging"), ("Class Dojo", "class_app"), ("seesaw", "class_app"), ("xbox", "gaming"),
        ("iPhone", "phone"), ("my own phone", "personal_device"), ("school ipad", "school_device"), ("chatgpt", "ai"), ("zoom",
        "video_call"),
        ("mum", "parent"), ("grandad", "parent"), ("carers", "parent"), ("dsl", "lead"), ("the head", "manager"), ("my nephew", "relative"),
        ("governors", "governor"), ("a reporter", "public"), ("lads", "pupil"), ("bairns", "pupil"), ("dinner lady", "colleague"),
    ],
)  # fmt: skip
def test_brands_and_everyday_words_are_the_concepts_they_stand_for(said: str, concept: str) -> None:
    assert concept in concepts(said)


@pytest.mark.parametrize(
    ("phrase", "only", "never"),
    [
        ("the chair of governors", "governor", "pupil"),
        ("parent helper", "volunteer", "parent"),
        ("student teacher", "volunteer", "pupil"),
        ("teaching assistant", "colleague", "manager"),
        ("my own children", "relative", "pupil"),
        ("head girl", "pupil", "manager"),
    ],
)
def test_the_longest_phrase_is_taken_first_and_used_up(phrase: str, only: str, never: str) -> None:
    found = concepts(phrase)
    assert only in found
    assert never not in found


def test_a_narrower_concept_counts_half_for_the_wider() -> None:
    found = lexicon().concepts(["whatsapp"])
    assert found["messaging"] == 1.0
    assert found["social_media"] == 0.5


@pytest.mark.parametrize(
    ("asked", "form"),
    [
        ("can i post this", "may"), ("am i allowed a phone", "may"), ("is it ok to add a mum", "may"), ("do i have to tell the head",
        "must"),
        ("must i use a pin", "must"), ("who do i tell", "who"), ("when is it reviewed", "when"), ("how long are they kept", "when"),
        ("where do i keep it", "where"), ("what happens if i post it", "consequence"), ("could i be sacked", "consequence"),
        ("what counts as social media", "define"), ("is it wrong not to report it", "wrong_not"), ("surely that is fine", "loaded"),
        ("is whatsapp banned", "banned"), ("why is it banned", "why"), ("how do i report it", "how"),
    ],
)  # fmt: skip
def test_a_question_s_form_is_read_off_its_words(asked: str, form: str) -> None:
    assert form in forms_of(asked)


@pytest.mark.parametrize(
    ("message", "parts"),
    [
        ("Can I accept a friend request?", 1),
        ("Can I start a class blog, and who needs the log-in?", 2),
        ("Can I film sports day? Where do I keep it? Who may see it?", 3),
        ("My Y6s found my page. They keep asking. Can I add them?", 1),
        ("phone in class", 1),
        ("Can I use Facebook and Twitter to tell parents and carers about the trip?", 1),
        ("is it ok to have my phone out at lunch and can I take photos with it", 2),
    ],
)
def test_a_message_is_split_into_the_questions_it_holds(message: str, parts: int) -> None:
    assert len(split_questions(message)) == parts


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="ab ?.!,CWw", max_size=80))
def test_splitting_loses_no_words(message: str) -> None:
    joined = [word for part in split_questions(message) for word in tokens(part)]
    assert [word for word in tokens(message) if word not in STOP_WORDS] == [word for word in joined if word not in STOP_WORDS]


def test_the_asking_sentence_of_a_story_counts_more_than_the_story() -> None:
    story = (
        "We had a lovely week at the outdoor centre with the whole of the year group and the weather held. On the last night one of the "
        "mums found me on the internet and wrote something kind. Can I accept a friend request from a parent? The coach was late home."
    )
    understood = understand(story, SPELLER, topic_model())
    assert understood.weights[stem("friend")] == 1.0
    assert understood.weights[stem("weather")] < 0.5
    assert "parent" in understood.concepts
    assert topic_model().cards[int(understood.topics.argmax())].id == "befriend_parent"
    assert not understood.keywords


def test_keywords_are_told_from_a_question() -> None:
    assert understand("parents facebook friends", SPELLER, topic_model()).keywords
    assert not understand("can I befriend parents?", SPELLER, topic_model()).keywords
