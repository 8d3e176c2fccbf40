"""Concerns, entries and files as what is sealed of them, and back: JSON, without what no page could show."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from adapters.store.tables.base import kept_words
from bot.concerns.concern import About, Attachment, Concern, Entry, EntryKind, Evidence, Kind, Outcome, Police, Route, State, Wish
from bot.ladder_json import frozen_json, frozen_of
from bot.ladders import USUAL, FrozenLadder
from bot.school import Holder, Role


def concern_bytes(concern: Concern) -> bytes:
    """All of a concern."""
    return _bytes(
        {
            "id": concern.id,
            "reference": concern.reference,
            "filed_at": concern.filed_at.isoformat(),
            "route": concern.route.value,
            "about": sorted(one.value for one in concern.about),
            "kept_from": [asdict(one) for one in concern.kept_from],
            "kind": concern.kind.value,
            "wish": concern.wish.value,
            "keep_until": concern.keep_until.isoformat(),
            "waits_since": concern.waits_since.isoformat(),
            "urgent": concern.urgent,
            "police": concern.police.value,
            "evidence": concern.evidence.value,
            "reporter": concern.reporter,
            "state": concern.state.value,
            "taken_by": asdict(concern.taken_by) if concern.taken_by else None,
            "taken_at": concern.taken_at.isoformat() if concern.taken_at else None,
            "also": sorted(one.value for one in concern.also),
            "outcome": concern.outcome.value if concern.outcome else None,
            "linked": sorted(concern.linked),
            "unread": concern.unread,
            "ladder": frozen_json(concern.ladder),
            "climbs": concern.climbs,
            "climbs_since": concern.climbs_since.isoformat() if concern.climbs_since else None,
        }
    )


def concern_of(opened: bytes) -> Concern:
    """The concern that these bytes were made of."""
    told = json.loads(opened)
    return Concern(
        id=told["id"],
        reference=told["reference"],
        filed_at=datetime.fromisoformat(told["filed_at"]),
        route=Route(told["route"]),
        about=frozenset(map(About, told["about"])),
        kept_from=tuple(map(_holder, told["kept_from"])),
        kind=Kind(told["kind"]),
        wish=Wish(told["wish"]),
        keep_until=date.fromisoformat(told["keep_until"]),
        waits_since=datetime.fromisoformat(told["waits_since"]),
        urgent=told["urgent"],
        police=Police(told["police"]),
        evidence=Evidence(told["evidence"]),
        reporter=told["reporter"],
        state=State(told["state"]),
        taken_by=_holder(told["taken_by"]) if told["taken_by"] else None,
        taken_at=datetime.fromisoformat(told["taken_at"]) if told["taken_at"] else None,
        also=frozenset(map(Role, told["also"])),
        outcome=Outcome(told["outcome"]) if told["outcome"] else None,
        linked=frozenset(told["linked"]),
        unread=told["unread"],
        ladder=_ladder(told),
        climbs=told.get("climbs", 0),
        climbs_since=datetime.fromisoformat(told["climbs_since"]) if told.get("climbs_since") else None,
    )


def entry_bytes(entry: Entry) -> bytes:
    """All of an entry."""
    return _bytes(
        {
            "id": entry.id,
            "at": entry.at.isoformat(),
            "kind": entry.kind.value,
            "text": entry.text,
            "role": entry.role.value if entry.role else None,
            "name": entry.name,
            "reason": entry.reason,
        }
    )


def entry_of(opened: bytes) -> Entry:
    """The entry that these bytes were made of."""
    told = json.loads(opened)
    return Entry(
        id=told["id"],
        at=datetime.fromisoformat(told["at"]),
        kind=EntryKind(told["kind"]),
        text=told["text"],
        role=Role(told["role"]) if told["role"] else None,
        name=told["name"],
        reason=told["reason"],
    )


def attachment_bytes(attachment: Attachment) -> bytes:
    """All of a file but its content."""
    return _bytes({**asdict(attachment), "at": attachment.at.isoformat()})


def attachment_of(opened: bytes) -> Attachment:
    """The file that these bytes were made of."""
    told = json.loads(opened)
    return Attachment(**{**told, "at": datetime.fromisoformat(told["at"])})


def _ladder(told: Mapping[str, Any]) -> FrozenLadder:
    """The ladder as it was frozen; for what was sealed before there were ladders, the one of a school that says nothing."""
    if "ladder" in told:
        return frozen_of(told["ladder"])
    return FrozenLadder(USUAL.urgent, cover=USUAL.out_of_hours) if told["urgent"] else FrozenLadder(USUAL.routine)


def _holder(told: Mapping[str, Any]) -> Holder:
    return Holder(**{**told, "role": Role(told["role"])})


def _bytes(told: Mapping[str, Any]) -> bytes:
    return json.dumps(_kept(told), ensure_ascii=False).encode()


def _kept(told: Any) -> Any:
    """The same, each text in it as any database would keep it."""
    if isinstance(told, str):
        return kept_words(told)
    if isinstance(told, Mapping):
        return {key: _kept(value) for key, value in told.items()}
    return [_kept(one) for one in told] if isinstance(told, list) else told
