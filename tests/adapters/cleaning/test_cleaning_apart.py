"""Cleaning in a child: what comes back, what the child can reach, and how its end is told."""

from __future__ import annotations

import io
import logging
import os
import sys
import threading

import pytest
from PIL import Image

from adapters.cleaning import MAX_BYTES, CleanFile, Refused, clean
from adapters.cleaning.apart import AT_ONCE, CHILD
from adapters.cleaning.frame import MAX_FRAME, kept_frame, read_frame, refused_frame
from adapters.cleaning.kinds import Kind
from adapters.cleaning.refusals import REFUSALS
from tests.adapters.cleaning.made_files import MARKER, huge_png, jpeg, png, telling_pdf, webp

READS = "import sys; o = sys.stdout.buffer; o.write(b'ready\\n'); o.flush(); c = sys.stdin.buffer.read();"


def child(program: str) -> tuple[str, ...]:
    """A child that runs this instead of cleaning."""
    return (sys.executable, "-I", "-c", program)


def why(content: bytes, program: str, time_limit: float = 60.0) -> str:
    with pytest.raises(Refused) as refused:
        clean(content, 1, child=child(program), time_limit=time_limit)
    return refused.value.code


def test_each_kind_is_cleaned_and_named_by_its_number() -> None:
    files = [clean(made, number) for number, made in enumerate((png(), jpeg(), webp(), telling_pdf()), 1)]
    assert [file.name for file in files] == ["picture-1.png", "picture-2.jpg", "picture-3.webp", "document-4.pdf"]
    assert [file.kind for file in files] == ["image/png", "image/jpeg", "image/webp", "application/pdf"]
    assert not any(MARKER.encode() in file.content for file in files)
    assert isinstance(files[0], CleanFile)


def test_what_the_child_refuses_is_told_in_its_own_sentence() -> None:
    with pytest.raises(Refused, match="more than 40 million pixels"):
        clean(huge_png(), 1)


def test_a_file_of_more_than_ten_megabytes_is_refused_without_a_child() -> None:
    with pytest.raises(Refused, match="larger than 10 MB"):
        clean(png() + bytes(MAX_BYTES), 1, child=("/nowhere",))
    largest = png()
    assert clean(largest + bytes(MAX_BYTES - len(largest)), 1).name == "picture-1.png"


def test_a_child_that_crashes_is_killed_or_talks_nonsense_is_a_refusal() -> None:
    kept = kept_frame(Kind.PNG, png())
    assert why(png(), READS + "import os; os.abort()") == "damaged"
    assert why(png(), READS + "sys.exit(1)") == "damaged"
    assert why(png(), READS + "o.write(b'nonsense')") == "damaged"
    assert why(png(), READS + f"o.write({kept[:-1]!r})") == "damaged"
    assert why(png(), READS + "o.write(b'refused because\\n')") == "damaged"
    assert why(png(), READS + "import os, signal; os.kill(os.getpid(), signal.SIGKILL)") == "too_long"


def test_a_child_that_never_ends_is_ended() -> None:
    assert why(png(), READS + "import time; time.sleep(600)", 0.7) == "too_long"
    hears_nothing = "import sys, time; sys.stdout.write('ready\\n'); sys.stdout.flush(); time.sleep(600)"
    assert why(png() + bytes(5_000_000), hears_nothing, 0.7) == "too_long"
    deaf_and_dumb = "import sys, os, time; print('ready', flush=True); os.close(1); os.close(0); time.sleep(600)"
    assert why(png(), deaf_and_dumb, 0.7) == "too_long"


def test_a_child_that_talks_without_end_is_ended() -> None:
    assert why(png(), READS + "\nwhile True: o.write(bytes(1_000_000))") == "too_long"


def test_a_child_that_cannot_start_is_our_fault_and_says_so(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="signpost.cleaning"):
        assert why(png(), "import nothing_of_that_name") == "broken"
        with pytest.raises(Refused, match="its own fault"):
            clean(png(), 1, child=("/nowhere/python",))
    assert "cleaning_child_did_not_start" in caplog.text


def test_logs_say_why_and_nothing_of_the_file(caplog: pytest.LogCaptureFixture) -> None:
    cut = jpeg()[:600]
    caplog.clear()
    with caplog.at_level(logging.DEBUG), pytest.raises(Refused):
        clean(cut, 1)
    assert "attachment_refused why=damaged" in caplog.text
    assert MARKER not in caplog.text


def test_the_child_is_told_nothing_of_this_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIGNPOST_KEYS", "secret")
    monkeypatch.setenv("PYTHONPATH", "/nowhere")
    says = READS + "import os; o.write(b'refused ' + (b'damaged' if set(os.environ) - {'LC_CTYPE'} else b'unknown') + b'\\n')"
    monkeypatch.delenv("LD_LIBRARY_PATH", raising=False)
    monkeypatch.delenv("SYSTEMROOT", raising=False)
    assert why(png(), says) == "unknown"
    assert CHILD[1] == "-I"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sets no such limits")
def test_the_child_has_little_memory_and_time_and_can_write_no_file() -> None:
    tries = """
from adapters.cleaning import __main__ as inside
import resource, tempfile
inside._limit()
said = []
try: bytearray(1_500_000_000)
except MemoryError: said.append("memory")
try:
    with tempfile.TemporaryFile() as out: out.write(b"x" * 10); out.flush()
except OSError: said.append("file")
said += [str(resource.getrlimit(which)[0]) for which in (resource.RLIMIT_CPU, resource.RLIMIT_CORE)]
sys.stdout.buffer.write(b"refused unknown\\n" if said == ["memory", "file", "20", "0"] else b"refused damaged\\n")
"""
    assert why(png(), READS + tries) == "unknown"


def test_only_two_children_run_at_once_and_the_others_wait() -> None:
    ends: list[str] = []
    slow = child(READS + f"import time; time.sleep(0.3); o.write({kept_frame(Kind.PNG, png())!r})")

    def one() -> None:
        ends.append(clean(png(), 1, child=slow).name)

    running = [threading.Thread(target=one) for _ in range(AT_ONCE + 2)]
    for each in running:
        each.start()
    for each in running:
        each.join()
    assert ends == ["picture-1.png"] * (AT_ONCE + 2)


def test_somebody_who_waits_too_long_for_a_place_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.cleaning.apart._places", threading.BoundedSemaphore(1))
    monkeypatch.setattr("adapters.cleaning.apart.PATIENCE", 0.05)
    from adapters.cleaning import apart

    with apart._places, pytest.raises(Refused, match="nothing that you wrote is lost"):
        clean(png(), 1)
    assert clean(png(), 1).name == "picture-1.png", "the place is free again"


def test_no_open_pipe_is_left_behind() -> None:
    before = set(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else set()
    for _ in range(2):
        clean(png(), 1)
        why(png(), READS + "sys.exit(1)")
    after = set(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else set()
    assert len(after) <= len(before) + 1


def test_a_frame_says_what_it_says_or_nothing() -> None:
    assert read_frame(kept_frame(Kind.PNG, png())) == (Kind.PNG, png())
    for code in REFUSALS:
        with pytest.raises(Refused) as refused:
            read_frame(refused_frame(code))
        assert refused.value.code == code
    lies = [b"", b"kept", b"kept image/gif 3\nGIF", b"kept image/png 3\nabc", b"kept application/pdf 6\n<html>", b"refused nothing\n"]
    lies += [kept_frame(Kind.JPEG, png()), kept_frame(Kind.PNG, png()) + b"x", kept_frame(Kind.PNG, png() + bytes(MAX_FRAME))]
    assert [read_frame(each) for each in lies] == [None] * len(lies)


def test_the_picture_that_comes_back_can_be_opened() -> None:
    kept = Image.open(io.BytesIO(clean(jpeg(orientation=6), 3).content))
    kept.load()
    assert kept.size == (40, 64)
