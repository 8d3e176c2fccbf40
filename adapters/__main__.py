"""Where the `signpost` command starts."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Runs the terminal door."""
    # Its matrices are small: numpy's own threads would only cost start-up time and memory.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal that cannot show “ still shows the rule
    from adapters.terminal.app import app

    app(prog_name="signpost")


if __name__ == "__main__":
    main()
