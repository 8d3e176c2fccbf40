"""Files that come with a report: kept in memory only, cleaned, never at the cost of the report or its words."""

from __future__ import annotations

import asyncio
import io
import os
import sys
import time
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from PIL import Image
from starlette.requests import Request

from adapters.cleaning import MAX_BYTES, Refused
from adapters.web.attaching import Attaching
from adapters.web.uploads import FORMS_AT_ONCE, MOST_OF_FORM, Room, SentForm, Upload, sent_form, shown_name
from tests.adapters.web.page import faults_of, page_of, words_of
from tests.adapters.web.reporting import CHECK, NOT_KEPT, REPORT, STORY, Taking, code_in, fields_of, parts, taking, typed_in

ON_DISK: list[str] = []
LOOKING = [False]


def _opened(event: str, told: tuple[object, ...]) -> None:
    """Notes every file that this program opens to write."""
    if LOOKING[0] and event == "open" and isinstance(told[2], int) and told[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
        ON_DISK.append(str(told[0]))


sys.addaudithook(_opened)


@pytest.fixture(scope="module")
def schools() -> Iterator[Taking]:
    """The schools, served once for this file."""
    with taking() as taken:
        yield taken


@pytest.fixture(autouse=True)
def anew(schools: Taking) -> None:
    """Nothing: nothing is reported yet."""
    for kept in schools.cases.kept.values():
        kept.concerns.clear(), kept.filings.clear(), kept.entries.clear(), kept.receipts.clear(), kept.attachments.clear()


def picture(colour: str = "teal") -> bytes:
    """A small picture."""
    made = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(made, "PNG")
    return made.getvalue()


def test_a_picture_is_kept_under_a_name_of_ours_and_what_is_none_is_named_with_the_reason(schools: Taking) -> None:
    answer = schools.send(files=[("C:\\Pat Gray\\chat.png", picture()), ("diary.txt", b"dear diary")])
    assert (answer.status_code, faults_of(answer.text)) == (200, [])
    assert schools.files() == ["picture-1.png"]
    told = words_of(page_of(answer.text).xpath("//div[@role='alert']")[0])
    assert "1 file was not kept. Your report is kept all the same" in told
    assert "diary.txt: " + Refused("text").message in told
    assert "Pat Gray" not in answer.text
    assert "picture-1.png" in words_of(page_of(schools.step(code_in(answer)).text))


def test_the_same_form_sent_again_keeps_its_files_once(schools: Taking) -> None:
    sent, files = schools.form(), [("a.png", picture())]
    with ThreadPoolExecutor(2) as both:
        codes = {code_in(one) for one in both.map(lambda _: schools.send(sent, files), range(2))}
    assert len(codes) == 1
    assert schools.files() == ["picture-1.png"]


def test_files_can_follow_with_the_code_and_are_kept_once(schools: Taking) -> None:
    page = page_of(schools.step(schools.filed()).text)
    later = fields_of(page, 1)
    assert later["step"] == "files"
    for _ in range(2):
        answer = schools.client.post(CHECK, data=later, files=parts([("a.png", picture()), ("b.gif", b"GIF89a....")]))
        assert (answer.status_code, faults_of(answer.text)) == (200, [])
    assert schools.files() == ["picture-1.png"]
    assert Refused("gif").message in words_of(page_of(answer.text))
    empty = schools.client.post(CHECK, data=later, files=parts([]))
    assert (empty.status_code, faults_of(empty.text)) == (422, [])
    wrong = schools.client.post(CHECK, data=later | {"code": "nonsense"}, files=parts([("a.png", picture())]))
    assert wrong.status_code == 422


def test_more_than_five_files_and_larger_ones_cost_neither_the_report_nor_the_others(schools: Taking) -> None:
    files = [("large.png", b"\x89PNG" + bytes(MAX_BYTES)), *((f"{at}.txt", b"words") for at in range(4)), ("sixth.png", picture())]
    LOOKING[0] = True
    answer = schools.send(files=files)
    LOOKING[0] = False
    assert ON_DISK == []
    told = words_of(page_of(answer.text).xpath("//div[@role='alert']")[0])
    assert "6 files were not kept" in told
    assert f"large.png: {Refused('large').message}" in told
    assert "sixth.png: Only 5 files can be sent with one report." in told
    assert code_in(answer)
    assert schools.said() == [STORY]


def test_files_that_come_with_a_faulty_form_are_named_to_be_chosen_again(schools: Taking) -> None:
    for answer in (schools.send(schools.form() | {"about": []}, [("chat <b>.png", picture())]), not_kept(schools)):
        assert (typed_in(answer), faults_of(answer.text)) == (STORY, [])
        assert "Choose your files again: “chat <b>.png”" in words_of(page_of(answer.text).get_element_by_id("sp-files-wrong"))


def not_kept(schools: Taking) -> httpx.Response:
    """The answer while the store cannot keep anything."""
    schools.cases.wrong = NOT_KEPT
    try:
        return schools.send(schools.form(), [("chat <b>.png", picture())])
    finally:
        schools.cases.wrong = None


def test_a_body_beside_which_a_long_video_was_chosen_still_gives_the_story(schools: Taking) -> None:
    answer = schools.send(files=[("video.mp4", bytes(MOST_OF_FORM + 1))])
    assert code_in(answer)
    assert schools.said() == [STORY]
    assert Refused("large").message in words_of(page_of(answer.text))


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\Pat\\a.png", "a.png"),
        ("a\r\nSet-Cookie: b.png", "aSet-Cookie: b.png"),
        ("photo\u202egnp.exe", "photognp.exe"),
        ("\x00", ""),
        ("..", ".."),
        ("n" * 300 + ".png", "n" * 76 + ".png"),
    ],
)
def test_a_files_name_is_only_ever_shown_and_as_what_it_is(given: str, shown: str) -> None:
    assert shown_name(given) == shown


def form_of(pieces: list[bytes], room: Room, boundary: str = "b", wait: float = 0.0) -> SentForm:
    """A multipart form as it is read, piece by piece."""

    async def body() -> AsyncIterator[dict[str, object]]:
        for at, piece in enumerate(pieces):
            await asyncio.sleep(wait)
            yield {"type": "http.request", "body": piece, "more_body": at + 1 < len(pieces)}

    async def read() -> SentForm:
        arriving = body()
        kind = f"multipart/form-data; boundary={boundary}".encode()
        request = Request({"type": "http", "method": "POST", "headers": [(b"content-type", kind)]}, lambda: anext(arriving))
        async with sent_form(request, room) as sent:
            return sent

    return asyncio.run(read())


def part(name: str, value: bytes, filename: str = "") -> bytes:
    """One part of a multipart form."""
    file = f'; filename="{filename}"' if filename else ""
    return b"--b\r\nContent-Disposition: form-data; name=%s%s\r\n\r\n%s\r\n" % (f'"{name}"'.encode(), file.encode(), value)


def test_files_are_dropped_where_others_fill_the_memory_and_the_room_is_given_back() -> None:
    room = Room(free=100)
    sent = form_of([part("story", b"words"), part("files", bytes(80), "a.png"), part("files", bytes(80), "b.png"), b"--b--\r\n"], room)
    assert [(one.name, len(one.content), one.lost) for one in sent.uploads] == [("a.png", 80, ""), ("b.png", 0, "busy")]
    assert (sent.one("story"), sent.broken, room.free) == ("words", False, 100)
    assert Room().free == FORMS_AT_ONCE * MOST_OF_FORM


def test_a_form_that_never_ends_is_given_up_with_the_words_it_held() -> None:
    room = Room(within=0.2)
    sent = form_of([part("story", b"words"), part("files", bytes(10), "a.png"), *[b"x"] * 50], room, wait=0.05)
    assert (sent.one("story"), sent.broken) == ("words", True)
    assert room.free == Room().free


def test_parts_without_number_or_name_are_not_read_for_ever() -> None:
    many = form_of([part("story", b"words"), *[part("x", b"y")] * 5000, b"--b--\r\n"], Room())
    assert (many.one("story"), many.broken) == ("words", True)
    nameless = form_of([b"--b\r\n\r\nlost\r\n", part("story", b"words"), b"--b--\r\n"], Room())
    assert nameless.one("story") == "words"


def test_any_way_of_cutting_a_form_in_pieces_reads_the_same() -> None:
    whole = part("story", "Zoë\r\nsaid".encode()) + part("about", b"pupil") + part("files", b"\r\n--\r\n-", "a.png") + b"--b--\r\n"
    expected = SentForm((("story", "Zoë\nsaid"), ("about", "pupil")), (Upload("a.png", bytearray(b"\r\n--\r\n-")),))
    for size in (1, 2, 3, 7, len(whole)):
        assert form_of([whole[at : at + size] for at in range(0, len(whole), size)], Room()) == expected


def test_whoever_waits_for_the_code_does_not_wait_for_slow_files(schools: Taking) -> None:
    def slow(_: bytes, __: int) -> object:
        time.sleep(0.5)
        raise AssertionError("nobody waits for this")

    attaching = Attaching(schools.reports.returning, slow, patience=0.05)  # type: ignore[arg-type]
    code = schools.filed()
    kept, lost = asyncio.run(attaching.attach("oak", code, [Upload("a.png", bytearray(b"x")), Upload("b.png", bytearray(b"y"))], "s"))
    assert kept == ()
    assert [(one.name, one.why) for one in lost] == [("a.png", Refused("busy").message), ("b.png", Refused("busy").message)]


def test_a_file_that_the_store_cannot_keep_costs_neither_the_code_nor_the_report(schools: Taking, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*_: object) -> None:
        raise KeyError("disk")

    monkeypatch.setattr("bot.concerns.in_memory.InMemoryCaseUnit.attach", failing)
    answer = schools.send(files=[("a.png", picture())])
    assert code_in(answer)
    assert "a.png: It could not be kept at this moment" in words_of(page_of(answer.text))


def test_a_file_without_a_story_is_no_report(schools: Taking) -> None:
    answer = schools.client.post(REPORT, data={"story": "", "about": "pupil"}, files=parts([("a.png", picture())]))
    assert answer.status_code == 422
    assert schools.concerns() == []
