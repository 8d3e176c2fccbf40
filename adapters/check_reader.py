"""The check of `signpost doctor` whether the reader is on, and whether it answers as it should."""

from __future__ import annotations

import time

from adapters.checks import Check, State
from adapters.reader import LIMIT, reader_of
from adapters.settings import Settings, faults
from bot.reading import Choice
from knowledge.verdict import Verdict

# Nobody's question and nobody's policy.
QUESTION = "Am I allowed to keep a parrot in the staff room?"
CLAUSES = ("Bicycles are left at the gate.", "Staff must not keep parrots anywhere on the premises.", "The kettle is descaled each term.")
RIGHT = Choice(2, Verdict.NO)
SLOW = LIMIT * 2 / 3  # seconds: from here on a clause more, or a busy hour, may be too much
PATIENCE = 15.0  # seconds: longer than users wait, to tell a slow reader from a dead one
TO_DO = {
    "timeout": "Use a smaller model or a faster computer; until then it is asked once a minute, in vain.",
    "not_reached": "Correct READER_URL, or let this computer call it.",
    "tls_failed": "Name the server in READER_URL as its certificate does; the certificate must be one that this computer trusts.",
    "redirected": "Put the address that it sends on to into READER_URL, if that is approved too.",
    "status_401": "Correct READER_KEY.",
    "status_403": "Correct READER_KEY, or let it use the model of READER_MODEL.",
    "status_404": "Correct READER_URL and READER_MODEL.",
    "disliked": "Correct READER_MODEL; the model must take a temperature of 0 and at most 80 tokens.",
}


def check_reader(settings: Settings) -> Check:
    """Whether a reader is on and chooses rightly among three invented clauses; no school's question or policy is sent."""
    if any(fault.startswith("READER_") for fault in faults(settings)):
        return Check("reader", State.OK, "off: its settings are not whole")  # said among the settings, with what to do
    reader = reader_of(settings, limit=PATIENCE)
    if reader is None:
        return Check("reader", State.OK, "off: no question is sent to a language model")
    began = time.monotonic()
    asked = reader.ask(QUESTION, tuple(enumerate(CLAUSES, start=1)))
    took = time.monotonic() - began
    told = f"in {took:.1f} s"
    if asked.why:
        to_do = TO_DO.get(asked.why, "Ask whoever runs that server, or take the three READER_ settings away to turn it off.")
        return Check("reader", State.MEND, f"on, but gives no usable answer ({asked.why}); questions are answered without it", to_do)
    if took > LIMIT:
        return Check("reader", State.MEND, f"on, but answers {told}; users do not wait longer than {LIMIT:.0f} s", TO_DO["timeout"])
    if asked.choice != RIGHT:
        to_do = "Use a better model; `signpost evaluate --reader` measures one."
        return Check("reader", State.LOOK, f"on and answers {told}, but chose wrongly in a simple test", to_do)
    if took > SLOW:
        return Check("reader", State.LOOK, f"on and answers rightly, but only {told}", "A longer question may take it more than 3 s.")
    return Check("reader", State.OK, f"on, answers {told}; questions go to the address of READER_URL")
