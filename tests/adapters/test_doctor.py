"""`signpost doctor`: every fault is found, told with what to do, and no secret is printed; asked of real local servers."""

from __future__ import annotations

import asyncio
import errno
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from slack_sdk.oauth.installation_store import Installation as Workspace
from sqlalchemy import update
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from adapters import wiring
from adapters.doctor import Check, Examination, State, unreached
from adapters.settings import Settings
from adapters.slack.manifest import SCOPES
from adapters.store.cases import StoreCases
from adapters.store.receipt_lock import Argon2Lock
from adapters.store.schools import StoreSchools
from adapters.store.sealing import Keys, new_key
from adapters.store.slack_installations import SlackInstallations
from adapters.store.tables.concerns import EntryRow
from adapters.store.tables.slack import BOTS
from bot.concerns.concern import About
from bot.concerns.concern import Route as CameBy
from bot.concerns.filing import Draft
from bot.concerns.in_memory import PlainSigner
from bot.concerns.reports import reports_of
from bot.ports import Outcome
from bot.school import Holder, Role, School
from tests.adapters.installed import KEY, Installation
from tests.adapters.store.case_examples import damage
from tests.stand_ins.mail import HOST, PASSWORD, USER, mail_server
from tests.stand_ins.teams import served

APP = "12345678-abcd-1234-abcd-123456789012"
SECRET = "5ec4e7-of-ours"  # noqa: S105


@contextmanager
def outside(slack: Callable[[Request], Response], healthz: object, token: int = 200) -> Iterator[str]:
    """The address of something that answers as Slack, as Microsoft and as PUBLIC_URL."""

    async def method(request: Request) -> Response:
        assert request.headers["authorization"].endswith(SECRET)
        return slack(request)

    async def login(_: Request) -> Response:
        return JSONResponse({"access_token": SECRET} if token == 200 else {"error": "invalid_client"}, token)

    async def alive(_: Request) -> Response:
        return healthz if isinstance(healthz, Response) else JSONResponse(healthz)

    routes = [Route("/api/{method}", method, methods=["POST"]), Route("/{tenant}/oauth2/v2.0/token", login, methods=["POST"])]
    with served(Starlette(routes=[*routes, Route("/healthz", alive)])) as url:
        yield url


def well(_: Request) -> Response:
    """What Slack answers where all is well."""
    return JSONResponse({"ok": True, "team_id": "T1"}, headers={"x-oauth-scopes": ",".join(SCOPES)})


@pytest.fixture
def database(tmp_path: Path) -> Iterator[str]:
    url = f"sqlite:///{tmp_path}/signpost.db"
    engine = wiring.engine_of(url)
    wiring.migrate(engine)
    people = (
        Holder(Role.LEAD, "Ann Lee", slack="U1"),
        Holder(Role.HEAD, "Jo Hall", teams="entra-1"),
        Holder(Role.CHAIR, "Chris Reed", slack="U4"),
        Holder(Role.IT, "Kit", slack="U2"),
    )
    StoreSchools(engine, wiring.now).apply(School("oak", "Oak School", holders=people), [("slack", "T1"), ("teams", APP)])
    StoreCases(engine, Keys.read(KEY), wiring.now).beat(wiring.now())
    with StoreSchools(engine, wiring.now).unit("oak") as unit:
        unit.publish("social-media", wiring.demo.samples.sample_edition("cbc"), "cbc.md")
        unit.commit()
    yield url
    engine.dispose()


def settings(url: str, database: str, **more: Any) -> Settings:
    """Settings with everything set up, at one local address."""
    told: dict[str, Any] = {
        "database_url": database,
        "signpost_keys": KEY,
        "public_url": url,
        "slack_bot_token": f"xoxb-{SECRET}",
        "slack_app_token": f"xapp-{SECRET}",
        "slack_api_url": f"{url}/api/",
        "microsoft_app_id": APP,
        "microsoft_app_password": SECRET,
        "microsoft_app_tenant_id": APP,
        "microsoft_login_url": url,
    }
    return Settings(**(told | more))


class Untold:
    """A messenger that no test asks anything of."""

    def ping(self, school: School, holder: Holder, reference: str, waits_since: datetime, concern: str) -> Outcome:
        raise AssertionError

    def sign_in(self, school: School, holder: Holder, path: str) -> Outcome:
        raise AssertionError


def examined(told: Settings, late: timedelta = timedelta()) -> list[Check]:
    """All checks; `late`: how far the clock is off."""
    return list(Examination(told, lambda: wiring.now() + late).checks())


def checks(told: Settings, late: timedelta = timedelta()) -> dict[str, Check]:
    """Each check by its name, the worst where there are several; `late`: how far the clock is off."""
    found: dict[str, Check] = {}
    order = list(State)
    for check in examined(told, late):
        assert SECRET not in check.found + check.to_do
        assert (check.to_do != "") or check.state is State.OK
        if check.name not in found or order.index(check.state) > order.index(found[check.name].state):
            found[check.name] = check
    return found


def test_where_all_is_well_every_check_says_so(database: str) -> None:
    with outside(well, {"alive": True}) as url:
        found = checks(settings(url, database))
    assert {check.state for check in found.values()} == {State.OK}, found
    names = {"settings", "database", "migrations", "pings", "schools", "drills", "disk", "Slack bot token", "Slack scopes"}
    assert names | {"Slack app token", "Teams credentials", "e-mail", "public address", "clock", "keys", "reader"} == found.keys()


def test_a_signpost_whose_pings_do_not_go_out_is_still_this_signpost(database: str) -> None:
    with outside(well, JSONResponse({"alive": True, "behind": True}, 503)) as url:
        assert checks(settings(url, database))["public address"].state is State.OK
    with outside(well, JSONResponse({"error": "no backend"}, 503)) as url:
        assert checks(settings(url, database))["public address"].state is State.MEND


def test_everything_that_others_refuse_is_told_with_its_code(database: str) -> None:
    def refuses(_: Request) -> Response:
        return JSONResponse({"ok": False, "error": "invalid_auth"})

    with outside(refuses, {"hello": 1}, token=401) as url:
        found = checks(settings(url, database))
    for name, said in (
        ("Slack bot token", "invalid_auth"),
        ("Slack app token", "invalid_auth"),
        ("Teams credentials", "invalid_client"),
        ("public address", "something else answers"),
    ):
        assert found[name].state is State.MEND
        assert said in found[name].found


def test_a_missing_scope_is_named_with_what_it_is_for(database: str) -> None:
    def lacks(_: Request) -> Response:
        return JSONResponse({"ok": True, "team_id": "T1"}, headers={"x-oauth-scopes": ",".join(SCOPES.keys() - {"im:write"})})

    with outside(lacks, {"alive": True}) as url:
        found = checks(settings(url, database))
    assert found["Slack scopes"].state is State.MEND
    assert f"im:write (for {SCOPES['im:write']})" in found["Slack scopes"].found


def test_a_tenant_of_no_school_is_to_be_mended(database: str) -> None:
    other = APP.replace("abcd", "dcba")
    with outside(well, {"alive": True}) as url:
        check = checks(settings(url, database, microsoft_app_tenant_id=other))["Teams tenant"]
        by_domain = checks(settings(url, database, microsoft_app_tenant_id="school.onmicrosoft.com"))
    assert (check.state, other in check.found, f'teams = ["{other}"]' in check.to_do) == (State.MEND, True, True)
    assert "Teams tenant" not in by_domain  # what it is delivered as is not known from its domain


def test_a_full_disk_is_not_told_as_one_that_may_not_be_written(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(**_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(tempfile, "TemporaryFile", full)
    check = checks(Settings(database_url=SecretStr(database)))["disk"]
    assert (check.state, check.to_do) == (State.MEND, "Make room.")


def test_a_workspace_of_no_school_is_to_be_mended(database: str) -> None:
    def other(_: Request) -> Response:
        return JSONResponse({"ok": True, "team_id": "T9"}, headers={"x-oauth-scopes": ",".join(SCOPES)})

    with outside(other, {"alive": True}) as url:
        assert "T9" in checks(settings(url, database))["Slack workspace"].found


def test_nobody_to_be_reached_is_told_and_nothing_waits_long(database: str) -> None:
    with served(Starlette()) as url:
        pass  # now nobody listens there
    found = checks(settings(url, database))
    assert {found[name].state for name in ("Slack bot token", "Teams credentials", "public address")} == {State.MEND}
    assert found["clock"].state is State.OK


def test_a_redirect_is_not_followed_with_a_token(database: str) -> None:
    asked: list[str] = []

    def away(request: Request) -> Response:
        asked.append(request.url.path)
        return RedirectResponse("/api/elsewhere", 307)

    with outside(away, RedirectResponse("/login", 302)) as url:
        found = checks(settings(url, database))
    assert "/api/elsewhere" not in asked
    assert found["Slack bot token"].state is State.MEND
    assert found["public address"].state is State.MEND


@pytest.mark.parametrize(("seconds", "state"), [(0, State.OK), (-90, State.LOOK), (600, State.MEND), (-600, State.MEND)])
def test_a_clock_that_is_off_is_told(database: str, seconds: int, state: State) -> None:
    with outside(well, {"alive": True}) as url:
        found = checks(settings(url, database), timedelta(seconds=seconds))
    assert found["clock"].state is state
    assert seconds == 0 or ("behind" if seconds < 0 else "ahead") in found["clock"].found


def test_a_school_without_lead_or_policy_is_named(database: str) -> None:
    StoreSchools(wiring.engine_of(database), wiring.now).apply(School("ash", "Ash School"), [])
    found = [check for check in Examination(Settings(database_url=database), wiring.now).checks() if check.name == "schools"]  # type: ignore[arg-type]
    assert [check.found for check in found if check.state is State.MEND] == ["ash has no safeguarding lead", "ash has no policy"]


def test_the_roles_that_nothing_can_reach_are_named_and_the_people_are_not(database: str) -> None:
    people = (
        Holder(Role.LEAD, "Ann Lee", slack="U1"),
        Holder(Role.DEPUTY, "Sam Patel", email="sam@oak.example"),
        Holder(Role.DEPUTY, "Kit Moss"),
        Holder(Role.HEAD, "Jo Hall", teams="entra-1"),  # there is no tenant of this school
        Holder(Role.IT, "Robin Shah"),
    )
    StoreSchools(wiring.engine_of(database), wiring.now).apply(School("oak", "Oak School", holders=people), [("slack", "T1")])
    bare, mail = {"database_url": database}, {"smtp_url": "smtp://127.0.0.1:9", "mail_from": "signpost@oak.example"}
    slack = {"slack_bot_token": "xoxb-1", "slack_api_url": "http://127.0.0.1:9/", "slack_app_token": "xapp-1"}
    lead, deputy, head = "Designated safeguarding lead", "Deputy safeguarding lead", "Head"
    for told, lost in (
        (bare, f"{lead}, {deputy}, {head}"),
        (bare | slack, f"{deputy}, {head}"),
        (bare | mail, f"{lead}, {deputy}, {head}"),
        (bare | slack | mail, f"{deputy}, {head}"),
    ):
        check = next(one for one in examined(Settings(**told)) if "sign-in" in one.found)  # type: ignore[arg-type]
        assert check.state is State.LOOK
        assert check.found.endswith(f": {lost}")
        assert check.found.startswith("oak: ")
        assert not [one.name for one in people if one.name in check.found + check.to_do]


def test_a_school_where_a_report_would_reach_nobody_is_to_be_mended(database: str) -> None:
    bare = Settings(database_url=SecretStr(database))
    slack = Settings(database_url=SecretStr(database), slack_bot_token=SecretStr("xoxb-1"), slack_api_url="http://127.0.0.1:9/")
    told = [next((one.found for one in examined(some) if "no message" in one.found), "") for some in (bare, slack)]
    assert told[0].endswith(": a report, a report about the lead, a report about the head")
    assert told[1].endswith(": a report about the lead")  # that is for the head, who is in Teams alone
    assert unreached(slack, StoreSchools(wiring.engine_of(database), wiring.now)) == ["oak"]


def test_a_school_without_a_chair_cannot_take_reports_about_its_head_and_is_told_so(database: str) -> None:
    people = (Holder(Role.LEAD, "Ann Lee", slack="U1"), Holder(Role.HEAD, "Ann Lee", slack="U1"))
    StoreSchools(wiring.engine_of(database), wiring.now).apply(School("oak", "Oak School", holders=people), [("slack", "T1")])
    found = [one.to_do for one in examined(Settings(database_url=SecretStr(database))) if "nobody may be told" in one.found]
    assert [one.partition(",")[0] for one in found] == ["Add contacts.head", "Add contacts.chair"]


def test_a_key_that_is_missing_or_older_is_told_and_none_is_shown(database: str) -> None:
    of_file, other = Keys.read(KEY), new_key()
    reports = reports_of(
        StoreCases(wiring.engine_of(database), of_file, wiring.now),
        Argon2Lock(),
        Untold(),
        PlainSigner(),
        wiring.now,
        wiring.new_id,
        lambda: 0.5,
        lambda *_: None,
    )
    none_yet = checks(Settings(database_url=SecretStr(database), signpost_keys=SecretStr(other)))["keys"]
    reports.filing.file("oak", Draft(wiring.new_id(), "It happened.", frozenset({About.PUPIL}), CameBy.ANONYMOUS))
    told = {
        keys: checks(Settings(database_url=SecretStr(database), signpost_keys=SecretStr(keys)))["keys"]
        for keys in ("", "short", other, f"{other} {KEY}", KEY)
    }
    assert none_yet.state is State.OK
    assert [one.state for one in told.values()] == [State.MEND, State.MEND, State.MEND, State.LOOK, State.OK]
    assert of_file.newest in told[other].found
    assert not [one for one in told.values() if other in one.found + one.to_do or KEY in one.found + one.to_do]


def test_cases_that_do_not_open_are_counted_by_school_and_others_cost_nothing(database: str) -> None:
    engine = wiring.engine_of(database)
    StoreSchools(engine, wiring.now).apply(School("elm", "Elm School", holders=(Holder(Role.LEAD, "Di Elm"),)), [])
    cases = StoreCases(engine, Keys.read(KEY), wiring.now)
    filing = reports_of(cases, Argon2Lock(), Untold(), PlainSigner(), wiring.now, wiring.new_id, lambda: 0.5, lambda *_: None).filing
    told = Settings(database_url=SecretStr(database), signpost_keys=SecretStr(KEY))
    filed = [filing.file("oak", Draft(wiring.new_id(), "It happened.", frozenset({About.PUPIL}), CameBy.ANONYMOUS)) for _ in range(3)]
    filing.file("elm", Draft(wiring.new_id(), "It happened.", frozenset({About.PUPIL}), CameBy.ANONYMOUS))
    assert "reports" not in checks(told)
    damage(engine, filed[0].concern, "oak")
    with engine.begin() as connection:
        beginning = EntryRow.concern.in_([filed[0].concern, filed[1].concern])
        connection.execute(update(EntryRow).where(beginning).values(sealed=b"altered"))
    found = checks(told)["reports"]
    assert found.state is State.MEND
    assert found.found.startswith("oak: 2 cases cannot be opened")
    assert filed[0].reference not in found.found


def test_slacks_tokens_in_clear_or_without_their_key_are_told(database: str) -> None:
    engine = wiring.engine_of(database)
    told, other = Settings(database_url=SecretStr(database), signpost_keys=SecretStr(KEY)), new_key()
    assert "Slack tokens" not in checks(told)
    installation = Workspace(app_id="A1", team_id="T1", user_id="U1", bot_token=SECRET)
    asyncio.run(SlackInstallations(engine, "client", Keys.read(KEY)).async_save(installation))
    assert "Slack tokens" not in checks(told)
    lost = checks(Settings(database_url=SecretStr(database), signpost_keys=SecretStr(other)))
    assert (lost["Slack tokens"].state, lost["keys"].state) == (State.MEND, State.OK)
    older = checks(Settings(database_url=SecretStr(database), signpost_keys=SecretStr(f"{other} {KEY}")))["Slack tokens"]
    assert (older.state, "keys rotate" in older.to_do) == (State.LOOK, True)
    with engine.begin() as connection:
        connection.execute(update(BOTS).values(bot_token=SECRET))
    clear = checks(told)["Slack tokens"]
    assert (clear.state, "in clear" in clear.found) == (State.LOOK, True)


def test_a_ping_that_nobody_sends_is_told_but_not_how_many_reports_there_are(database: str) -> None:
    cases = StoreCases(wiring.engine_of(database), Keys.read(KEY), wiring.now)
    filing = reports_of(cases, Argon2Lock(), Untold(), PlainSigner(), wiring.now, wiring.new_id, lambda: 0.5, lambda *_: None).filing
    for _ in range(2):
        filing.file("oak", Draft(wiring.new_id(), "It happened.", frozenset({About.PUPIL}), CameBy.ANONYMOUS))
    told = Settings(database_url=SecretStr(database), signpost_keys=SecretStr(KEY))
    soon, late = checks(told)["pings"], checks(told, timedelta(hours=2, minutes=20))["pings"]
    assert (soon.state, late.state) == (State.OK, State.MEND)
    assert "report" not in late.found


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
def test_the_server_for_e_mail_is_signed_in_at_and_sent_nothing(database: str) -> None:
    with mail_server(starttls=False, sign_in=True) as server:
        told = {"smtp_url": f"smtp://{USER}:{PASSWORD}@{HOST}:{server.port}", "mail_from": "signpost@oak.example"}
        assert checks(Settings(database_url=database, **told))["e-mail"].state is State.OK  # type: ignore[arg-type]
        told["smtp_url"] = told["smtp_url"].replace(PASSWORD, SECRET)
        wrong = checks(Settings(database_url=database, **told))["e-mail"]  # type: ignore[arg-type]
        assert (wrong.state, "login_refused" in wrong.found, "user and password" in wrong.to_do) == (State.MEND, True, True)
        assert server.taken == []
    gone = checks(Settings(database_url=database, **told))["e-mail"]  # type: ignore[arg-type]
    assert (gone.state, "not_reached" in gone.found) == (State.MEND, True)
    told["smtp_url"] = f"smtp://{SECRET}"
    told["mail_from"] = "nobody"
    half = checks(Settings(database_url=database, **told))  # type: ignore[arg-type]
    assert "MAIL_FROM" in half["settings"].found
    assert "e-mail" not in half


@pytest.fixture
def bare(tmp_path: Path) -> Installation:
    return Installation(tmp_path)


def test_the_exit_code_tells_a_script_whether_something_must_be_mended(bare: Installation) -> None:
    out, _, code = bare.run("doctor")
    assert code == 1
    assert "Run `signpost migrate`." in out
    bare.run("migrate")
    out, _, code = bare.run("doctor")
    assert code == 1
    assert "SIGNPOST_KEYS is not set" in out
    bare.settings["SIGNPOST_KEYS"] = KEY
    out, _, code = bare.run("doctor")
    assert code == 0
    assert "Nothing to mend." in out


@pytest.mark.parametrize("command", ["migrate", "doctor", "serve", "school list", "restore no.gz"])
def test_a_database_that_a_newer_signpost_has_migrated_is_left_alone_with_what_to_do(bare: Installation, command: str) -> None:
    bare.run("migrate")
    with wiring.engine_of(f"sqlite:///{bare.folder}/signpost.db").begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    (bare.folder / "no.gz").touch()
    out, err, code = bare.run(*command.split())
    assert code != 0
    assert "Run `signpost migrate`" not in out + err
    assert command.startswith("restore") or "newer Signpost" in out + err


def test_settings_set_by_half_and_a_database_that_is_not_there_are_faults_like_others(bare: Installation) -> None:
    bare.settings |= {
        "SLACK_BOT_TOKEN": f"xoxb-{SECRET}",
        "SLACK_API_URL": "http://127.0.0.1:9/",
        "DATABASE_URL": "sqlite:////no/such/a.db",
    }
    out, err, code = bare.run("doctor", "--json")
    assert code == 1
    assert '"well": false' in out
    assert "SLACK_APP_TOKEN" in out
    assert "no folder" in out
    assert SECRET not in out + err
    assert "PORT" in bare_port(bare)


def bare_port(bare: Installation) -> str:
    """What is said where a setting cannot even be read."""
    bare.settings["PORT"] = "many"
    out, _, code = bare.run("doctor")
    assert code == 1
    return out
