"""The app package: what Teams would refuse is refused here first."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pytest
from PIL import Image

from adapters.teams.icons import colour_icon, outline_icon
from adapters.teams.manifest_rules import faults, icon_faults
from adapters.teams.package import PackageFault, app_zip
from bot.digest import ASKED_FOR

APP_ID = "12345678-abcd-4321-abcd-1234567890ab"
URL = "https://signpost.example"


def manifest() -> dict[str, Any]:
    """The manifest of a package."""
    with zipfile.ZipFile(io.BytesIO(app_zip(APP_ID, URL))) as package:
        assert sorted(package.namelist()) == ["color.png", "manifest.json", "outline.png"]
        found: dict[str, Any] = json.loads(package.read("manifest.json"))
        return found


def test_the_package_holds_a_manifest_that_teams_takes() -> None:
    made = manifest()
    assert faults(made) == []
    (bot,) = made["bots"]
    assert (made["id"], bot["botId"]) == (APP_ID, APP_ID)
    assert set(bot["scopes"]) == {"personal", "team", "groupChat"}
    assert bot["supportsFiles"] is False
    assert made["validDomains"] == ["signpost.example"]


def test_the_way_to_report_is_offered_in_the_personal_chat_alone() -> None:
    (bot,) = manifest()["bots"]
    offered = {tuple(one["scopes"]): [command["title"] for command in one["commands"]] for one in bot["commandLists"]}
    assert offered[("personal",)][:2] == ["Report privately", "Check my report"]
    assert not [title for title in offered[("team", "groupChat")] if "report" in title.lower()]


def test_the_digest_is_offered_in_the_personal_chat_alone_in_words_that_are_understood_there() -> None:
    (bot,) = manifest()["bots"]
    offered = {tuple(one["scopes"]): [command["title"] for command in one["commands"]] for one in bot["commandLists"]}
    assert {scopes for scopes, titles in offered.items() if "Digest" in titles} == {("personal",)}
    assert "Digest".lower() in ASKED_FOR


def test_the_icons_are_of_the_sizes_and_colours_teams_wants() -> None:
    assert icon_faults(colour_icon(), outline_icon()) == []
    assert icon_faults(outline_icon(), colour_icon()) == [
        "color: a PNG of 192 by 192 pixels is wanted",
        "outline: a PNG of 32 by 32 pixels is wanted",
    ]
    grey = io.BytesIO()
    Image.new("RGBA", (32, 32), "#808080").save(grey, "PNG")
    assert icon_faults(colour_icon(), grey.getvalue()) == ["outline: it has no transparent ground", "outline: only white may show on it"]
    assert icon_faults(b"no image", outline_icon()) == ["color: no image"]


def test_the_same_settings_give_the_same_bytes() -> None:
    assert app_zip(APP_ID, URL) == app_zip(APP_ID, URL + "/")


@pytest.mark.parametrize("app_id", ["", "signpost", APP_ID[:-1], f"{APP_ID}0", f" {APP_ID}"])
def test_an_app_id_that_is_no_guid_is_refused_with_where_to_find_it(app_id: str) -> None:
    with pytest.raises(PackageFault, match="Azure portal"):
        app_zip(app_id, URL)


@pytest.mark.parametrize("url", ["", "http://signpost.example", "signpost.example", "https://"])
def test_an_address_that_is_not_https_is_refused(url: str) -> None:
    with pytest.raises(PackageFault, match="PUBLIC_URL"):
        app_zip(APP_ID, url)


def test_a_developer_name_too_long_is_named_as_the_fault() -> None:
    with pytest.raises(PackageFault, match=r"developer\.name: 40 characters, at most 32"):
        app_zip(APP_ID, URL, developer="x" * 40)


@pytest.mark.parametrize(
    ("path", "value", "fault"),
    [
        (("name", "short"), "x" * 31, "manifest.name.short: 31 characters, at most 30 are allowed"),
        (("description", "short"), "x" * 81, "manifest.description.short: 81 characters, at most 80 are allowed"),
        (("accentColor",), "teal", "manifest.accentColor: “teal” is not of the form wanted"),
        (("version",), "1.0", "manifest.version: “1.0” is not of the form wanted"),
        (("id",), "x", "manifest.id: “x” is not of the form wanted"),
        (("bots", 0, "scopes"), ["everywhere"], "manifest.bots[0].scopes[0]: “everywhere” is not of the form wanted"),
        (("bots", 0, "supportsFiles"), "no", "manifest.bots[0].supportsFiles: true or false is wanted"),
        (("bots", 0, "commandLists", 0, "commands", 0, "title"), "x" * 33, "title: 33 characters, at most 32 are allowed"),
        (("validDomains",), ["https://a.example"], "manifest.validDomains[0]: “https://a.example” is not of the form wanted"),
        (("developer", "privacyUrl"), "http://a.example", "privacyUrl: “http://a.example” is not of the form wanted"),
        (("surprise",), "x", "manifest.surprise: Teams knows no such field"),
        (("bots",), "x", "manifest.bots: a list is wanted"),
    ],
)
def test_what_teams_refuses_is_named(path: tuple[str | int, ...], value: object, fault: str) -> None:
    made: Any = manifest()
    inner = made
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    (found,) = faults(made)
    assert found.endswith(fault)


@pytest.mark.parametrize("field", ["manifestVersion", "id", "developer", "name", "description", "icons", "accentColor", "bots"])
def test_a_missing_field_is_named(field: str) -> None:
    made = manifest()
    del made[field]
    assert faults(made) == [f"manifest.{field}: it is missing"]
