"""A stand-in's web server: on a port of its own, in threads that end with it."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Quiet(ThreadingHTTPServer):
    """A server that says nothing of those who hang up: they have given up."""

    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Nothing."""


@contextmanager
def serving(
    host: str, answering: type[BaseHTTPRequestHandler], over: threading.Event, context: ssl.SSLContext | None = None
) -> Iterator[int]:
    """The port; with a context, by TLS. `over`: set in the end, for those who dawdle."""
    with Quiet((host, 0), answering) as server:
        if context:
            server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield server.server_address[1]
        finally:
            over.set()
            with suppress(OSError):
                server.shutdown()
            thread.join(5)
