"""What Teams asks of an app's manifest and icons: the rules of the published schema 1.19 for the fields Signpost uses."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from PIL import Image, UnidentifiedImageError

VERSION = "1.19"
SCHEMA = f"https://developer.microsoft.com/json-schemas/teams/v{VERSION}/MicrosoftTeams.schema.json"
GUID = re.compile(r"[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}")
_HTTPS = re.compile(r"[Hh][Tt][Tt][Pp][Ss]://\S+")  # the schema lets http pass, the Teams store and clients do not
_SEMVER = re.compile(r"(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)")
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_DOMAIN = re.compile(r"(\*\.)?[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*(:[0-9]+)?")
_SCOPE = re.compile(r"team|personal|groupChat")


@dataclass(frozen=True)
class Text:
    """Words of at most so many characters, of a pattern where one is given."""

    most: int
    pattern: re.Pattern[str] | None = None


@dataclass(frozen=True)
class Flag:
    """true or false."""


@dataclass(frozen=True)
class Many:
    """At most so many of something."""

    most: int
    each: Rule


@dataclass(frozen=True)
class Fields:
    """An object with no other fields than these; those of `optional` may be missing."""

    fields: dict[str, Rule]
    optional: frozenset[str] = frozenset()


Rule = Text | Flag | Many | Fields

_URL = Text(2048, _HTTPS)
_SCOPES = Many(3, Text(16, _SCOPE))
_COMMANDS = Fields({"scopes": _SCOPES, "commands": Many(10, Fields({"title": Text(32), "description": Text(128)}))})
MANIFEST = Fields(
    {
        "$schema": Text(2048, _HTTPS),
        "manifestVersion": Text(8, re.compile(re.escape(VERSION))),
        "version": Text(256, _SEMVER),
        "id": Text(36, GUID),
        "developer": Fields({"name": Text(32), "websiteUrl": _URL, "privacyUrl": _URL, "termsOfUseUrl": _URL}),
        "name": Fields({"short": Text(30), "full": Text(100)}),
        "description": Fields({"short": Text(80), "full": Text(4000)}),
        "icons": Fields({"color": Text(2048), "outline": Text(2048)}),
        "accentColor": Text(7, _COLOUR),
        "bots": Many(
            1,
            Fields(
                {
                    "botId": Text(36, GUID),
                    "scopes": _SCOPES,
                    "supportsFiles": Flag(),
                    "isNotificationOnly": Flag(),
                    "commandLists": Many(3, _COMMANDS),
                },
                optional=frozenset({"supportsFiles", "isNotificationOnly", "commandLists"}),
            ),
        ),
        "validDomains": Many(16, Text(2048, _DOMAIN)),
        "defaultInstallScope": Text(16, _SCOPE),
    },
    optional=frozenset({"$schema", "validDomains", "defaultInstallScope"}),
)


def faults(manifest: dict[str, Any]) -> list[str]:
    """What Teams would refuse the manifest for, none where it would take it: each as "where: what"."""
    return list(_against(MANIFEST, manifest, "manifest"))


def icon_faults(colour: bytes, outline: bytes) -> list[str]:
    """What Teams would refuse the icons for: the wrong size or format, or an outline that is not white on transparent."""
    found = []
    for name, png, side in (("color", colour, 192), ("outline", outline, 32)):
        try:
            image = Image.open(BytesIO(png))
        except UnidentifiedImageError:
            found.append(f"{name}: no image")
            continue
        if image.format != "PNG" or image.size != (side, side):
            found.append(f"{name}: a PNG of {side} by {side} pixels is wanted")
        elif name == "outline":
            pixels = [pixel for _, pixel in image.convert("RGBA").getcolors(side * side) or ()]
            if not any(isinstance(pixel, tuple) and pixel[3] == 0 for pixel in pixels):
                found.append("outline: it has no transparent ground")
            if any(isinstance(pixel, tuple) and pixel[3] and pixel[:3] != (255, 255, 255) for pixel in pixels):
                found.append("outline: only white may show on it")
    return found


def _against(rule: Rule, value: object, where: str) -> Iterator[str]:
    match rule:
        case Text(most, pattern):
            if not isinstance(value, str) or not value:
                yield f"{where}: words are missing"
            elif len(value) > most:
                yield f"{where}: {len(value)} characters, at most {most} are allowed"
            elif pattern and not pattern.fullmatch(value):
                yield f"{where}: “{value}” is not of the form wanted"
        case Flag():
            if not isinstance(value, bool):
                yield f"{where}: true or false is wanted"
        case Many(most, each):
            if not isinstance(value, list) or not value:
                yield f"{where}: a list is wanted"
            elif len(value) > most:
                yield f"{where}: {len(value)} entries, at most {most} are allowed"
            else:
                for at, one in enumerate(value):
                    yield from _against(each, one, f"{where}[{at}]")
        case Fields(fields, optional):
            if not isinstance(value, dict):
                yield f"{where}: an object is wanted"
                return
            for name in value.keys() - fields.keys():
                yield f"{where}.{name}: Teams knows no such field"
            for name, inner in fields.items():
                if name in value:
                    yield from _against(inner, value[name], f"{where}.{name}")
                elif name not in optional:
                    yield f"{where}.{name}: it is missing"
