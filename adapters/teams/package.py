"""The app package that a school's IT person uploads to Teams: manifest and icons in one zip."""

from __future__ import annotations

import json
import zipfile
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

from adapters.teams.icons import ACCENT, colour_icon, outline_icon
from adapters.teams.manifest_rules import GUID, SCHEMA, VERSION, faults, icon_faults
from knowledge.errors import SignpostError

APP_VERSION = "1.2.0"  # Teams takes a changed package for an update only where this is higher
SHORT = "Your school's own rule, word for word, in a second."
FULL = (
    "Ask in your own words what your school's policy says. Signpost answers with the rule itself, word for word, with its number and "
    "a link that opens the policy there, under a plain headline: no, yes, only if, or the policy does not say. It writes no rules of "
    "its own. Asked in a channel or a group chat, it answers you alone, in your personal chat. When what you write is a worry about "
    "a child, it first shows whom to tell and how to reach them, and lets you report it privately, with your name or without. Signpost "
    "keeps no names with what is asked. Your school and its IT administrators may be able to see that you use this app."
)
COMMANDS = (
    ("help", "What Signpost can do, with examples"),
    ("show the policy", "Which policies your school has published, and where to read them"),
    ("who is the safeguarding lead?", "The names and numbers of your school's safeguarding people"),
    ("start over", "Forget what you asked before"),
)
# Offered in the personal chat alone: among others, nobody should be led to say that they have something to report; the digest is
# answered nowhere else.
PERSONAL_COMMANDS = (
    ("Report privately", "Tell those who look after such things at your school, with your name or without"),
    ("Check my report", "Read the replies to your report with its code, add to it, or withdraw it"),
)
DIGEST_COMMAND = ("Digest", "For the head: what waits, reviews that are due, what staff ask that no policy answers")


class PackageFault(SignpostError):
    """The app package cannot be made from these settings: whoever set them can mend them."""


def app_zip(app_id: str, public_url: str, *, developer: str = "Signpost", version: str = APP_VERSION) -> bytes:
    """The package as the bytes of a zip. `app_id`: of the bot's registration. Raises PackageFault."""
    if not GUID.fullmatch(app_id):
        raise PackageFault(
            "The Microsoft app id is not an id like 12345678-abcd-1234-abcd-123456789012.",
            "Copy the Application (client) ID from the registration's page in the Azure portal into MICROSOFT_APP_ID.",
        )
    if urlsplit(public_url).scheme != "https" or not urlsplit(public_url).hostname:
        raise PackageFault(
            "Teams needs an https address for the app's pages.",
            "Set PUBLIC_URL to where Signpost is reached from outside, such as https://signpost.your-school.example.",
        )
    made = manifest(app_id, public_url.rstrip("/"), developer=developer, version=version)
    colour, outline = colour_icon(), outline_icon()
    if found := [*faults(made), *icon_faults(colour, outline)]:
        raise PackageFault(f"Teams would refuse this package ({'; '.join(found)}).", "Mend the settings named there and try again.")
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in (("manifest.json", json.dumps(made, indent=2).encode()), ("color.png", colour), ("outline.png", outline)):
            package.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), content)  # a fixed time: the same settings, the same bytes
    return out.getvalue()


def manifest(app_id: str, public_url: str, *, developer: str, version: str) -> dict[str, Any]:
    """The manifest of this installation."""
    shared, personal = (
        [{"title": title, "description": description} for title, description in commands]
        for commands in (COMMANDS, (*PERSONAL_COMMANDS, *COMMANDS, DIGEST_COMMAND))
    )
    scopes = ["personal", "team", "groupChat"]
    return {
        "$schema": SCHEMA,
        "manifestVersion": VERSION,
        "version": version,
        "id": app_id,
        "developer": {
            "name": developer,
            "websiteUrl": public_url,
            "privacyUrl": f"{public_url}/privacy",
            "termsOfUseUrl": f"{public_url}/terms",
        },
        "name": {"short": "Signpost", "full": "Signpost: your school's policies, word for word"},
        "description": {"short": SHORT, "full": FULL},
        "icons": {"color": "color.png", "outline": "outline.png"},
        "accentColor": ACCENT,
        "bots": [
            {
                "botId": app_id,
                "scopes": scopes,
                "supportsFiles": False,
                "isNotificationOnly": False,
                "commandLists": [{"scopes": scopes[:1], "commands": personal}, {"scopes": scopes[1:], "commands": shared}],
            }
        ],
        "validDomains": [urlsplit(public_url).netloc],
        "defaultInstallScope": "personal",
    }
