"""The topics as pages list them: their titles, and the families they are grouped in under names that heads use."""

from __future__ import annotations

from functools import cache

from knowledge.topics import OFF_TOPIC
from knowledge.topics.fitted import topic_model

FAMILIES = {
    "contact": "Contact with pupils, parents and colleagues",
    "messaging": "Messages, calls and groups",
    "photos": "Photographs and filming",
    "devices": "Phones, devices and personal use",
    "details": "Personal details and privacy settings",
    "conduct": "What staff write and do online",
    "school_accounts": "The school's own accounts",
    "data": "Confidentiality, data and passwords",
    "material": "Unsuitable material",
    "bullying": "Online abuse and cyber-bullying",
    "reporting": "Raising concerns",
    "monitoring": "Monitoring and checks",
    "discipline": "Consequences",
    "families": "Pupils and families",
    "scope": "What the policy covers",
    "review": "The policy itself",
}


@cache
def families() -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """Each family's name with its topics as (id, title), in the order of FAMILIES; families not named there come last."""
    grouped: dict[str, list[tuple[str, str]]] = {family: [] for family in FAMILIES}
    for card in topic_model().cards:
        if card.id != OFF_TOPIC:
            grouped.setdefault(card.family, []).append((card.id, card.title))
    return tuple((FAMILIES.get(family, family.capitalize()), tuple(topics)) for family, topics in grouped.items() if topics)
