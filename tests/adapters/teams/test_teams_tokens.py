"""Who may deliver: only what the Bot Connector signed for this bot, now, and for this service address."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from adapters.teams.outbound import Outbound
from adapters.teams.tokens import SigningKeys, UnknownKey
from tests.adapters.teams.running import Running, running
from tests.stand_ins.teams import KEY_ID, TeamsStandIn, standing_in

QUESTION = "can I accept a friend request from a parent?"
NOW = int(time.time())
OTHER_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture(scope="module")
def teams() -> Iterator[Running]:
    """The door, running."""
    with running() as door:
        yield door


def spoiled(microsoft: TeamsStandIn) -> dict[str, str | None]:
    """Tokens that must not count, by what is wrong with them."""
    good = microsoft.token()
    return {
        "none": None,
        "not a token": "ey.not-a-token",
        "two dots": "..",
        "signature cut off": good.rsplit(".", 1)[0] + ".",
        "signed by somebody else": microsoft.token(OTHER_KEY),
        "of an unknown key": microsoft.token(OTHER_KEY, "key-of-nobody"),
        "unsigned": microsoft.token(algorithm="none"),
        "expired": microsoft.token(nbf=NOW - 7200, exp=NOW - 3600),
        "without an end": microsoft.token(exp=None),
        "not yet valid": microsoft.token(nbf=NOW + 3600),
        "for another bot": microsoft.token(aud="11111111-1111-4111-8111-111111111111"),
        "for nobody": microsoft.token(aud=None),
        "of another issuer": microsoft.token(iss="https://issuer.example"),
        "of the emulator's issuer": microsoft.token(
            iss="https://sts.windows.net/d6d49420-f39b-4df7-a1dc-d59a935871db/", ver="1.0", appid="x"
        ),
        "of another bot as a skill": microsoft.token(ver="1.0", appid="another-bot"),
        "without a service address": microsoft.token(serviceurl=None),
        "for another service address": microsoft.token(serviceurl="https://elsewhere.example/"),
    }


@pytest.mark.parametrize("what", list(spoiled(TeamsStandIn(url="http://127.0.0.1"))))
def test_a_token_that_is_not_the_bot_connectors_own_is_refused_and_nothing_is_done(teams: Running, what: str) -> None:
    calls = len(teams.microsoft.calls)
    assert teams.deliver(teams.microsoft.activity(QUESTION), spoiled(teams.microsoft)[what]) == (401, None, [])
    assert [call for call in teams.microsoft.calls[calls:] if call[0] == "POST"] == []


@pytest.mark.parametrize("header", ["Bearer", "Basic dXNlcjpwYXNz", "Bearer a b c", "bearer x", "Bearer é"])
def test_a_header_of_another_form_is_refused(teams: Running, header: str) -> None:
    answer = teams.client.post("/api/messages", json=teams.microsoft.activity(QUESTION), headers={b"Authorization": header.encode()})
    assert answer.status_code == 401


def test_a_body_that_is_no_json_gets_401_before_it_gets_400(teams: Running) -> None:
    assert teams.deliver(b"{not json", "bad")[0] == 401
    assert teams.deliver(b"{not json")[0] == 400


@pytest.mark.parametrize(
    "body", [b"[]", b"{}", b'"text"', b"", b"\xff\xfe", b'{"type":3}', b"[" * 100_000, b'{"type":"message","from":[]}', b"null"]
)
def test_what_is_no_activity_gets_400(teams: Running, body: bytes) -> None:
    assert teams.deliver(body) == (400, None, [])


def test_a_body_too_large_is_not_read(teams: Running) -> None:
    large = teams.microsoft.activity("a" * 300_000)
    assert teams.deliver(large)[0] == 413
    assert teams.deliver(large, "bad")[0] == 401


def test_nothing_is_sent_to_an_address_the_token_does_not_vouch_for(teams: Running) -> None:
    with standing_in() as elsewhere:
        activity = teams.microsoft.activity(QUESTION) | {"serviceUrl": elsewhere.service_url}
        assert teams.deliver(activity) == (401, None, [])
        assert elsewhere.calls == []


def test_other_channels_of_the_registration_are_refused(teams: Running) -> None:
    assert teams.deliver(teams.microsoft.activity(QUESTION) | {"channelId": "directline"}) == (403, None, [])


def test_a_token_of_one_tenant_does_not_speak_for_another(teams: Running) -> None:
    activity = teams.microsoft.activity(QUESTION)
    assert teams.deliver(activity, teams.microsoft.token(tid="other-tenant")) == (403, None, [])
    assert teams.deliver(activity, teams.microsoft.token(tid="known-tenant"))[0] == 200


def test_an_activity_that_names_two_tenants_belongs_to_no_school(teams: Running) -> None:
    activity = teams.microsoft.activity(QUESTION) | {"channelData": {"tenant": {"id": "other-tenant"}}}
    status, _, posted = teams.deliver(activity)
    assert status == 200
    assert ["not connected" in one.text for one in posted] == [True]


def test_while_the_keys_cannot_be_had_even_good_tokens_are_refused() -> None:
    with standing_in() as microsoft:
        microsoft.keys_down = True
        with running(microsoft=microsoft) as teams:
            assert teams.deliver(microsoft.activity(QUESTION)) == (401, None, [])
            asked = len(microsoft.calls)
            for _ in range(5):
                assert teams.deliver(microsoft.activity(QUESTION))[0] == 401
            assert len(microsoft.calls) == asked, "a caller without a valid token must not be able to have us call out each time"


def test_keys_are_fetched_once_again_for_a_new_key_and_kept_while_microsoft_is_down() -> None:
    async def steps(microsoft: TeamsStandIn) -> None:
        outbound = Outbound()
        keys = SigningKeys(f"{microsoft.url}/.well-known/openidconfiguration", outbound, pause=0)
        microsoft.keys_down = True
        with pytest.raises(UnknownKey):
            await keys.get(KEY_ID)
        microsoft.keys_down = False
        first = await keys.get(KEY_ID)
        assert first.endorsements == ["msteams"]
        fetched = len(microsoft.calls)
        assert await keys.get(KEY_ID) is first
        assert len(microsoft.calls) == fetched
        microsoft.published.append(("key-2", OTHER_KEY))
        assert (await keys.get("key-2")).public_key.public_numbers() == OTHER_KEY.public_key().public_numbers()
        microsoft.keys_down = True
        with pytest.raises(UnknownKey):
            await keys.get("key-3")
        assert await keys.get(KEY_ID)
        await outbound.close()

    with standing_in() as microsoft:
        asyncio.run(steps(microsoft))


def test_the_bot_gets_one_token_for_many_messages_and_a_new_one_when_it_is_refused(teams: Running) -> None:
    def logins() -> int:
        return sum(path.endswith("/token") for _, path in teams.microsoft.calls)

    teams.ask(QUESTION)
    before = logins()
    teams.ask(QUESTION)
    teams.ask(QUESTION)
    assert logins() == before
    teams.microsoft.tokens.clear()
    assert len(teams.ask(QUESTION)) == 1
    assert logins() == before + 1


def test_the_demo_needs_no_token_sends_none_and_answers_only_programs_on_this_machine() -> None:
    with running(unauthenticated=True, any_tenant="alder") as teams:
        status, _, posted = teams.deliver(teams.microsoft.activity(QUESTION, tenant=None), None)
        assert (status, len(posted)) == (200, 1)
        assert not any(path.endswith("/token") for _, path in teams.microsoft.calls)
        elsewhere = teams.microsoft.activity(QUESTION) | {"serviceUrl": "http://elsewhere.example/"}
        assert teams.deliver(elsewhere, None) == (401, None, [])
