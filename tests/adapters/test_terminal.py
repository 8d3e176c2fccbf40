"""The terminal door's commands: what they print, what they refuse, and what scripts can rely on."""

from __future__ import annotations

import json
import os
import re
import resource
import select
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from adapters import samples
from adapters.terminal.app import app
from bot.asking import standing_of
from bot.replying import place
from knowledge.answering import Ruling
from knowledge.verdict import Verdict
from tests.adapters.made_rulings import BAN, CARE, Scripted, cited, ruled, unwrapped

ROOT = Path(__file__).parents[2]
GOLDEN = ROOT / "tests" / "golden"
SIGNPOST = str(Path(sys.executable).parent / "signpost")
FRIEND = "can I accept a parent's friend request?"
COMMANDS = ("ask", "chat", "import", "health", "policies", "answer", "evaluate")


def run(*arguments: str, typed: str | bytes | None = None) -> tuple[str, str, int]:
    """Standard output, standard error and exit code of the command, run within this process."""
    found = CliRunner().invoke(app, list(arguments), input=typed)
    assert found.exception is None or isinstance(found.exception, SystemExit), found.exception
    return found.stdout, found.stderr, found.exit_code


def test_a_question_gets_the_school_s_own_rule_word_for_word_with_headline_and_place() -> None:
    out, err, code = run("ask", FRIEND, "--school", "bledington")
    lines = out.splitlines()
    assert (err, code) == ("", 0)
    assert "No." in lines
    rule = next(clause for clause in samples.sample_edition("bledington").clauses if "friend request on Facebook" in clause.text)
    assert f"“{rule.text}”" in unwrapped(out)
    assert lines.index("No.") < next(at for at, line in enumerate(lines) if line.strip() == place(rule))
    assert samples.SAMPLE_MARK in unwrapped(out)


@pytest.mark.parametrize(
    ("ruling", "code"),
    [
        (ruled(Verdict.NO, cited(BAN)), 0),
        (ruled(Verdict.NOT_COVERED, related=[cited(CARE)]), 3),
        (ruled(Verdict.INFO, cited(CARE), confident=False), 4),
        (ruled(Verdict.NOT_COVERED, related=[cited(CARE)], confident=False), 4),
    ],
)
def test_the_exit_code_tells_a_script_how_it_came_out(ruling: Ruling, code: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(samples, "answerer_of", lambda edition: Scripted(ruling))
    assert run("ask", "may I tweet?", "--school", "cbc")[2] == code
    out, _, same = run("ask", "may I tweet?", "--school", "cbc", "--json")
    told = json.loads(out)
    assert same == code
    assert told["standing"] == standing_of(ruling)
    assert told["verdict"] == ruling.verdict


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("ask", "may I?", "--school", "nowhere"), "bledington"),
        (("ask", "may I?"), "--policy FILE"),
        (("ask", "may I?", "--school", "cbc", "--policy", "x.md"), "Give one of them"),
        (("ask", "may I?", "--policy", "none.docx"), "There is no file none.docx."),
        (("import", str(GOLDEN)), "is not a file"),
        (("health", sys.executable), "\n"),
        (("evaluate", "none.jsonl", "--policies", str(GOLDEN)), "none.jsonl"),
        (("evaluate", str(GOLDEN / "oakfield.jsonl"), "--policies", str(ROOT / "bot")), "oakfield"),
    ],
)
def test_wrong_input_is_told_in_plain_words_with_what_to_do_and_exit_code_two(arguments: tuple[str, ...], said: str) -> None:
    out, err, code = run(*arguments)
    assert (out, code) == ("", 2)
    assert said in err
    assert len(err.splitlines()) == 2
    assert "Traceback" not in err


def test_a_sample_answers_to_its_number_and_to_its_school_s_name() -> None:
    assert [samples.sample_named(name) for name in ("3", "CBC", "Bledington Primary School", "astley park", "constance")] == [
        "cbc", "cbc", "bledington", "astley-park", "cbc",
    ]  # fmt: skip
    with pytest.raises(samples.UnknownSchool):
        samples.sample_named("school")  # five of them


def test_import_shows_every_clause_what_was_left_out_and_the_health_check() -> None:
    policy = GOLDEN / "fenland.txt"
    out, _, code = run("import", str(policy))
    edition = samples.file_edition(policy)
    assert code == 0
    assert max(map(len, out.splitlines())) <= 80
    folded = re.sub(r"\s", "", out)
    assert [clause.anchor for clause in edition.clauses if clause.anchor[:40] not in folded] == []
    assert f"{edition.title}\n" in out
    assert "Left out (" in out
    assert out.index("Left out (") < out.index("Health check")


def test_import_as_json_holds_each_clause_in_full() -> None:
    told = json.loads(run("import", str(GOLDEN / "fenland.txt"), "--json")[0])
    edition = samples.file_edition(GOLDEN / "fenland.txt")
    assert [(one["anchor"], one["text"]) for one in told["clauses"]] == [(clause.anchor, clause.text) for clause in edition.clauses]
    assert {"title", "school", "adopted", "review_due", "overdue", "pages", "left_out", "findings"} <= set(told)
    assert all(one["binds"] and one["stance"] for one in told["clauses"])


def test_health_lists_the_overdue_review_with_what_to_do(tmp_path: Path) -> None:
    policy = tmp_path / "policy.md"
    policy.write_text("---\nreview due: 2020-01-01\n---\n# Policy\n\nStaff must not post pictures of pupils online.\n", encoding="utf-8")
    out, _, code = run("health", str(policy))
    assert code == 0
    assert "OVERDUE" in out
    assert "review date (serious)" in out
    assert "To do:" in out
    assert any(one["kind"] == "review date" for one in json.loads(run("health", str(policy), "--json")[0])["findings"])


def test_policies_lists_the_samples_marked_as_such_with_their_overdue_reviews() -> None:
    out, _, code = run("policies")
    assert code == 0
    assert [name for name in samples.sample_names() if name not in out] == []
    assert out.count("OVERDUE") == 4
    assert samples.SAMPLE_MARK in unwrapped(out)
    assert max(map(len, out.splitlines())) <= 80


def test_evaluate_gives_the_same_figures_as_the_answers_themselves_and_bm25_s_beside_them() -> None:
    questions = str(GOLDEN / "oakfield.jsonl")
    told = json.loads(run("evaluate", questions, "--policies", str(GOLDEN), "--json", "--misses")[0])
    rows = [json.loads(line) for line in Path(questions).read_text(encoding="utf-8").splitlines()]
    answerer = samples.answerer_of(samples.file_edition(GOLDEN / "oakfield.txt"))
    verdicts = [answerer.answer(row["question"]).verdict == row["verdict"] for row in rows]
    assert told["signpost"]["questions"] == told["bm25"]["questions"] == len(rows)
    assert told["signpost"]["verdict"] == pytest.approx(sum(verdicts) / len(rows), abs=1e-4)
    assert set(told["by_school"]) == {"oakfield"}
    assert sum(style["questions"] for style in told["by_style"].values()) == len(rows)
    wrong = sum(not miss["right"] for miss in told["misses"])
    assert told["signpost"]["right"] == pytest.approx(1 - wrong / len(rows), abs=1e-4)
    table = run("evaluate", questions, "--policies", str(GOLDEN), "--misses")[0]
    assert max(map(len, table.splitlines())) <= 80
    assert "BM25" in table
    assert f"Misses ({len(told['misses'])})" in table


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_s_help_fits_the_screen_and_shows_how_it_is_called(command: str) -> None:
    out, _, code = run(command, "--help")
    assert code == 0
    assert max(map(len, out.splitlines())) <= 80
    assert command == "policies" or f"signpost {command} " in out.partition("Usage")[2].partition("\n")[2]
    assert command in run("--help")[0]


def test_the_version_is_that_of_the_package() -> None:
    from importlib.metadata import version

    assert run("--version")[0] == f"signpost {version('signpost')}\n"


def piped(*arguments: str, typed: str = "", **variables: str) -> subprocess.CompletedProcess[str]:
    """The real command with standard input from a pipe."""
    environment = {**os.environ, **variables}
    return subprocess.run(
        [SIGNPOST, *arguments], input=typed, capture_output=True, encoding="utf-8", env=environment, timeout=60, check=False
    )


def test_a_chat_without_a_terminal_answers_each_line_and_says_whose_policy_it_asks() -> None:
    done = piped("chat", typed=f"{FRIEND}\n\nhelp\npolicy\nschool cbc\nwho is allowed to film?\nbye\nnever read\n")
    assert (done.returncode, done.stderr) == (0, "")
    assert unwrapped(done.stdout).startswith("No school was named, so the sample policy of bledington answers.")
    order = [f"> {FRIEND}\nNo.", "> help\nType a question.", "> policy\nBledington", "> school cbc\nThe Constance", "> who is allowed"]
    places = [done.stdout.find(words) for words in order]
    assert places == sorted(places)
    assert -1 not in places
    assert "never read" not in done.stdout
    assert "\x1b" not in done.stdout


def test_a_screen_that_knows_only_ascii_still_gets_the_rule() -> None:
    done = piped("ask", FRIEND, "-s", "bledington", PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Staff must not be in social media contact" in done.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_at_a_terminal_the_chat_asks_which_school_and_ends_with_control_d() -> None:
    import pty

    outer, inner = pty.openpty()
    with subprocess.Popen([SIGNPOST, "chat"], stdin=inner, stdout=inner, stderr=inner, close_fds=True) as process:
        os.close(inner)
        seen, at = "", 0
        for wait_for, typed in (("Which one? ", "9\n"), ("from 1 to 5", "2\n"), ("> ", f"{FRIEND}\n"), ("No.", ""), ("> ", "\x04")):
            while (found := seen.find(wait_for, at)) < 0:
                ready, _, _ = select.select([outer], [], [], 20)
                assert ready, f"{wait_for!r} never came; seen: {seen}"
                seen += os.read(outer, 4096).decode(errors="replace")
            at = found + len(wait_for)
            os.write(outer, typed.encode())
        assert process.wait(20) == 0
    os.close(outer)
    assert "  2  bledington" in seen
    assert "authority" in seen


def test_an_answer_costs_less_than_two_seconds_of_processor_from_the_start_and_less_than_300_megabytes() -> None:
    spent = []
    for _ in range(3):  # the best of three, in processor time: other work on the machine is not ours
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        assert piped("ask", FRIEND, "-s", "bledington").returncode == 0
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent.append(after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime)
    assert min(spent) < 2.0
    script = (
        "import sys; from adapters.__main__ import main; sys.argv[1:] = ['ask', 'hi', '-s', 'cbc']\ntry: main()\nexcept SystemExit: pass\n"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", f"{script}print(*sys.modules)"], capture_output=True, text=True, check=True, cwd=ROOT
    ).stdout.split()
    # The child's own account of its peak: getrusage would count this test process, from which it was forked.
    peak = subprocess.run(
        [sys.executable, "-c", f"{script}print(open('/proc/self/status').read())"], capture_output=True, text=True, check=True, cwd=ROOT
    ).stdout
    assert int(re.search(r"VmHWM:\s+(\d+) kB", peak)[1]) < 300 * 1024
    assert {"pdfplumber", "docx", "pdfminer", "rich.progress"}.isdisjoint(loaded)
