"""A local language model: real HTTP, which keeps what it is sent, and answers, errs, lies, dawdles or hangs up as told."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

from tests.stand_ins.serving import serving

HOST = "127.0.0.1"
KEY = "5ec4e7-key-of-the-stand-in"
MODEL = "small-model"


@dataclass(frozen=True, slots=True)
class Call:
    """One request. ``headers``: their names in small letters."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]

    @property
    def told(self) -> dict[str, Any]:
        """The question and the clauses in it."""
        found: dict[str, Any] = json.loads(self.body["messages"][1]["content"])
        return found


@dataclass
class ReaderStandIn:
    """What was asked, and what is answered.

    ``says``: what the model says to (question, clauses by number), or a text for all. ``status``, ``body`` and ``headers``: in place of
    that, where they are set; a status of None hangs up. ``dawdles``: whether nothing comes back until the end; ``drips``: whether the
    answer comes a byte at a time without end. ``knows_schemas``: False refuses requests that bind the answer.
    """

    port: int = 0
    says: str | Callable[[str, dict[int, str]], str] = '{"clause": 0, "verdict": "not_covered"}'
    status: int | None = 200
    body: bytes | None = None
    message: dict[str, Any] | None = None
    finish: str = "stop"
    headers: dict[str, str] = field(default_factory=dict)
    dawdles: bool = False
    drips: bool = False
    knows_schemas: bool = True
    calls: list[Call] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0
    go_on: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        """An address here as READER_URL takes it."""
        return f"http://{HOST}:{self.port}/v1"

    def answer_to(self, call: Call) -> bytes:
        """The body of the answer to a call."""
        if self.body is not None:
            return self.body
        told = call.told
        said = (
            self.says
            if isinstance(self.says, str)
            else self.says(told["question"], {one["clause"]: one["text"] for one in told["clauses"]})
        )
        message = self.message or {"role": "assistant", "content": said}
        return json.dumps({"id": "1", "choices": [{"index": 0, "message": message, "finish_reason": self.finish}]}).encode()


def choosing(words: str, verdict: str) -> Callable[[str, dict[int, str]], str]:
    """A model that chooses the clause with these words in it, and names the verdict; none where there is no such clause."""

    def says(_: str, clauses: dict[int, str]) -> str:
        number = next((number for number, text in clauses.items() if words in text), 0)
        return json.dumps({"clause": number, "verdict": verdict if number else "not_covered"})

    return says


@contextmanager
def reader_server() -> Iterator[ReaderStandIn]:
    """A server at a free port of this machine."""
    made = ReaderStandIn()
    counting = threading.Lock()

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            call = Call(self.path, {name.lower(): value for name, value in self.headers.items()}, body)
            with counting:
                made.calls.append(call)
                made.at_once += 1
                made.most_at_once = max(made.most_at_once, made.at_once)
            try:
                self._answer(call)
            finally:
                with counting:
                    made.at_once -= 1

        def _answer(self, call: Call) -> None:
            if made.dawdles:
                made.go_on.wait(60)
            if made.status is None:
                self.close_connection = True
                return
            status = 400 if not made.knows_schemas and "response_format" in call.body else made.status
            answer = made.answer_to(call)
            self.send_response(status)
            for name, value in {"Content-Type": "application/json", "Content-Length": str(len(answer)), **made.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            with suppress(OSError):
                if made.drips:
                    while not made.go_on.wait(0.02):
                        self.wfile.write(b" ")
                else:
                    self.wfile.write(answer)

        def do_GET(self) -> None:
            made.others.append(self.path)
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nothing."""

    with serving(HOST, Answering, made.go_on) as made.port:
        yield made
