"""A local server that takes webhooks: real HTTP, which keeps what it is sent, and answers, dawdles or hangs up as told."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler

from tests.stand_ins.serving import serving

HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Request:
    """One request, whole. ``headers``: their names in small letters."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class WebhookStandIn:
    """What was taken, and what is answered. ``status``: None hangs up. ``dawdles``: whether nothing comes back until the end."""

    port: int = 0
    status: int | None = 204
    headers: dict[str, str] = field(default_factory=dict)
    dawdles: bool = False
    taken: list[Request] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        """An address here as WEBHOOK_URL takes it."""
        return f"http://{HOST}:{self.port}/signpost-{{role}}?school={{school}}"


@contextmanager
def webhook_server(context: ssl.SSLContext | None = None) -> Iterator[WebhookStandIn]:
    """A server at a free port of this machine. `context`: with it TLS is spoken."""
    made = WebhookStandIn()

    class Taking(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            made.taken.append(Request(self.path, {name.lower(): value for name, value in self.headers.items()}, body))
            if made.dawdles:
                made.over.wait(60)
            if made.dawdles or made.status is None:
                self.close_connection = True
                return
            self.send_response(made.status)
            for name, value in {"Content-Length": "0", **made.headers}.items():
                self.send_header(name, value)
            self.end_headers()

        do_GET = do_POST  # noqa: N815 (as the library names it): what follows a redirect is seen too

        def log_message(self, *_: object) -> None:
            """Nothing."""

    with serving(HOST, Taking, made.over, context) as made.port:
        yield made
