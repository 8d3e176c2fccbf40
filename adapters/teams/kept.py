"""What a card carries of itself, so that a pressed button can be replaced and the quoted answer above it stays.

Teams does not send the card back with a press. Keeping cards here would keep answers, and not reach other replicas; so each button
carries its own card's other parts, packed. They are sealed for the one person they were shown to: a card is only ever drawn again
from what Signpost itself wrote, and nobody can have it show a rule that no policy holds.
"""

from __future__ import annotations

import hmac
import json
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from bot.reply import Button, Caution, Choices, Contact, Heading, Part, Quote, ReportOffer, Says, Urgent

SEAL = 16  # bytes of HMAC-SHA256
KINDS = {kind.__name__: kind for kind in (Urgent, Says, Heading, Quote, Choices, Caution, ReportOffer)}


def pack(parts: Sequence[Part], at: int, who: str, key: bytes) -> str:
    """The parts but the one at `at`, and where that was, sealed for `who`."""
    others = [[type(part).__name__, asdict(part)] for place, part in enumerate(parts) if place != at]
    packed = zlib.compress(json.dumps([at, others], separators=(",", ":")).encode())
    return urlsafe_b64encode(_seal(packed, who, key) + packed).decode()


def unpack(kept: str, who: str, key: bytes) -> tuple[tuple[Part, ...], tuple[Part, ...]] | None:
    """The parts above and below what was pressed; None where this was not sealed by us for that person."""
    try:
        sealed = urlsafe_b64decode(kept.encode())
    except ValueError:
        return None
    seal, packed = sealed[:SEAL], sealed[SEAL:]
    if not hmac.compare_digest(seal, _seal(packed, who, key)):
        return None
    at, others = json.loads(zlib.decompress(packed))
    parts = tuple(_part(kind, fields) for kind, fields in others)
    return parts[:at], parts[at:]


def _seal(packed: bytes, who: str, key: bytes) -> bytes:
    return hmac.digest(key, who.encode() + b"\0" + packed, "sha256")[:SEAL]


def _part(kind: str, fields: dict[str, Any]) -> Part:
    match kind:
        case "Urgent":
            return Urgent(tuple(fields["lines"]), tuple(Contact(**one) for one in fields["contacts"]))
        case "Choices":
            return Choices(fields["prompt"], tuple(Button(**one) for one in fields["buttons"]))
    part: Part = KINDS[kind](**fields)
    return part
