"""Adding Signpost to a workspace: there and back, what remains to be done, and what is refused."""

from __future__ import annotations

import html
import re

import httpx
import pytest

from adapters.slack import install
from adapters.slack.manifest import SCOPES
from tests.adapters.slack import payloads
from tests.adapters.slack.installations import InMemoryInstallations
from tests.adapters.slack.running import RunningDoor
from tests.stand_ins.slack import SlackStandIn

APP = {"client_id": "1.2", "client_secret": "client-secret", "bot_token": ""}


def started(door: RunningDoor) -> tuple[httpx.URL, str]:
    """Where the install page leads, and the cookie it set."""
    page = httpx.get(f"{door.address}/slack/install")
    found = re.search(r'href="([^"]+)"', page.text)
    assert found
    return httpx.URL(html.unescape(found[1])), page.headers["set-cookie"].partition(";")[0]


def come_back(door: RunningDoor, cookie: str = "", **query: str) -> httpx.Response:
    """What the page that Slack sends people back to says."""
    return httpx.get(f"{door.address}/slack/oauth_redirect", params=query, headers={"cookie": cookie})


def test_a_workspace_is_added_and_told_what_remains_to_be_done(slack: SlackStandIn) -> None:
    installations = InMemoryInstallations()
    new = slack.add("T-new")
    slack.codes["code-1"] = new
    with RunningDoor(slack, installations=installations, **APP) as door:
        url, cookie = started(door)
        assert url.path == "/oauth/v2/authorize"
        assert set(url.params["scope"].split(",")) == set(SCOPES)
        assert url.params["redirect_uri"] == "https://signpost.example/slack/oauth_redirect"
        page = come_back(door, cookie, code="code-1", state=url.params["state"])
        assert page.status_code == 200
        assert "<code>T-new</code>" in page.text
        assert "SCHOOL.toml" in page.text
        assert "&lt;b&gt;Alder&lt;/b&gt; &amp; Co" in page.text
        assert "<script" not in page.text
        assert "style=" not in page.text
        assert installations.bots["T-new"].bot_token == new.token
        slack.deliver(door.url, payloads.message(slack, new, "May I accept a friend request?"))
    assert "not connected to a school" in slack.posted[0].text


def test_a_workspace_that_belongs_to_a_school_is_ready_at_once(slack: SlackStandIn) -> None:
    slack.codes["code-1"] = slack.workspaces["xoxb-T-known"]
    with RunningDoor(slack, installations=InMemoryInstallations(), **APP) as door:
        url, cookie = started(door)
        assert "is connected" in come_back(door, cookie, code="code-1", state=url.params["state"]).text


@pytest.mark.parametrize("fault", ["another browser", "forged state", "old state", "no code", "wrong code", "refused by the person"])
def test_an_install_that_cannot_be_trusted_keeps_nothing(slack: SlackStandIn, monkeypatch: pytest.MonkeyPatch, fault: str) -> None:
    installations = InMemoryInstallations()
    slack.codes["code-1"] = slack.add("T-new")
    with RunningDoor(slack, installations=installations, **APP) as door:
        url, cookie = started(door)
        query = {"code": "code-1", "state": url.params["state"]}
        if fault == "another browser":
            cookie = ""
        elif fault == "forged state":
            query["state"] = "1.x." + "0" * 64
            cookie = f"{cookie.partition('=')[0]}={query['state']}"
        elif fault == "old state":
            monkeypatch.setattr(install, "LONGEST_INSTALL", -1)
        elif fault == "no code":
            del query["code"]
        elif fault == "refused by the person":
            query = {"error": "<script>access_denied"}
        else:
            query["code"] = "code-2"
        page = come_back(door, cookie, **query)
    assert "<script" not in page.text
    assert ("was not added" in page.text) or page.status_code >= 400
    assert installations.bots == {}


def test_there_are_no_install_pages_where_none_are_set_up(door: RunningDoor) -> None:
    assert httpx.get(f"{door.address}/slack/install").status_code == 404
