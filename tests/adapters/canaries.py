"""Four people who report through all doors of the whole house, a lead who answers, and the search for every trace of them.

One word stands in all that marks them and in all that they and the lead write.
"""

from __future__ import annotations

import base64
import gzip
import io
import re
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import httpx
from PIL import Image
from sqlalchemy import Engine, select

from adapters import upkeep
from adapters.store.tables import METADATA
from adapters.teams import wording
from bot.concerns.concern import Route, State
from tests.adapters.slack.reporting import code_shown
from tests.adapters.teams.dialog_client import Dialog, code_on, fetch
from tests.adapters.web.page import page_of, words_of
from tests.adapters.whole_house import FROM, LEAD, WholeHouse

WORD = "zanzicanary"  # in every mark
FORWARDED = "2001:db8:ca4a:77:e1e:5eed:cafe:7"
SLACK_WHO = {"user": "UZANZICANARY7", "name": "zanzicanary.slackname"}
TEAMS_WHO = {"user": "zanzicanary-teams", "from_name": "Zanzicanary Teamsname"}
DEVICE = {"User-Agent": "Zanzicanary/7.0 (phone)", "X-Forwarded-For": FORWARDED, "X-Real-IP": FORWARDED, "Forwarded": f"for={FORWARDED}"}
DEVICE |= {"Referer": "https://zanzicanary.example/timeline", "Cookie": "who=zanzicanary"}


def plainly(word: str) -> set[bytes]:
    """A word in every form in which letters may be capitals or not, in lower case: as it is, in UTF-16, in hexadecimal."""
    texts = [word.lower().encode(encoding) for encoding in ("utf-8", "utf-16-le", "utf-16-be")]
    return {*texts, *(made.hex().encode() for text in (*texts, word.upper().encode(), word.encode()) for made in (text,))}


def in_base64(word: str) -> set[bytes]:
    """A word as it stands in base64, wherever it begins there: what lies wholly within its own letters."""
    found = set()
    for text in (case.encode(encoding) for case in {word, word.lower(), word.upper()} for encoding in ("utf-8", "utf-16-le", "utf-16-be")):
        for before in range(3):
            whole = base64.b64encode(bytes(before) + text).rstrip(b"=")
            found.add(whole[(0, 2, 3)[before] : -1 if (before + len(text)) % 3 else None])
    return found


ADDRESSES = {ip_address(FORWARDED).packed}
PLAIN = plainly(WORD) | plainly(FORWARDED) | plainly(FROM)
ENCODED = in_base64(WORD) | in_base64(WORD.capitalize()) | in_base64(FORWARDED) | in_base64(FROM) | ADDRESSES


def marks_in(content: bytes | str, *others: str) -> list[bytes]:
    """The marks found, in whatever case. `others`: codes and tokens, of which no trace may be either."""
    raw = content.encode("utf-8", "surrogateescape") if isinstance(content, str) else content
    lower, secrets = raw.lower(), {form for one in others for form in (one, one.replace("-", "")) if one}
    found = {mark for mark in PLAIN.union(*map(plainly, secrets)) if mark in lower}
    return sorted(found | {mark for mark in ENCODED.union(*map(in_base64, secrets)) if mark in raw})


@dataclass
class Told:
    """What came of it all.

    ``changed``: rows that nameless reporters left before anybody at the desk looked. ``met``: the tables that say whom the bot has met and
    when, before and after somebody it had met reported.
    """

    house: WholeHouse
    kind: str
    folder: Path
    temporary: Path
    codes: dict[str, str] = field(default_factory=dict)
    tokens: list[str] = field(default_factory=list)
    seen_at_desk: dict[str, str] = field(default_factory=dict)
    exported: dict[str, bytes] = field(default_factory=dict)
    came_back: str = ""
    changed: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    met: list[dict[str, Any]] = field(default_factory=list)
    metrics: list[str] = field(default_factory=list)
    backup: bytes = b""

    @property
    def engine(self) -> Engine:
        """The database's engine."""
        return self.house.house.engine

    @property
    def secrets(self) -> tuple[str, ...]:
        """Receipt codes and the tokens of links and sessions."""
        return (*self.codes.values(), *(code[5:] for code in self.codes.values()), *self.tokens)


def everybody_works(it: Told) -> None:
    """Nothing: all is done that is done, in its order, and noted."""
    house = it.house
    somebody_the_bot_has_met_reports(it)
    before = rows(it.engine)
    it.metrics.append(counts(house))
    slack_person_reports(it)
    teams_person_reports(it)
    on_the_web(it)
    it.metrics.append(counts(house))
    it.changed = difference(before, rows(it.engine))
    with_a_name(it)
    the_desk_works(it)
    it.came_back = words_of(page_of(house.step(house.browser(**DEVICE), it.codes["web"]).text))
    it.metrics.append(counts(house))
    upkeep.back_up(house.settings, it.folder / "kept.backup.gz", overwrite=False)
    it.backup = gzip.decompress((it.folder / "kept.backup.gz").read_bytes())


def somebody_the_bot_has_met_reports(it: Told) -> None:
    """Nothing: somebody who has asked before reports in Teams, and somebody in Slack; what is known of whom the bot met is noted."""
    house = it.house
    house.deliver(house.microsoft.activity("can I accept a parent's friend request?", user="met"))
    house.deliver(house.microsoft.activity("hello", user="deputy"))
    house.in_slack("UMET").command("can I accept a parent's friend request?", command="/policy")
    tables = ("teams_references", "turns", "heard_events", "passed_questions", "gap_counts", "feedback_counts")
    it.met.append({name: rows(it.engine)[name] for name in tables})
    assert all(it.met[0][name] for name in tables[:3]), "else nothing could be seen to change"
    report_in_teams(it, "met", "Sam Met", "teams-met")
    person = house.in_slack("UMET", "sam.met")
    person.shortcut("report-open")
    assert person.submit({"report-story": "A quiet story.", "report-about": ["pupil"]}) == {}
    it.met.append({name: rows(it.engine)[name] for name in tables})


def slack_person_reports(it: Told) -> None:
    """Nothing: reported in Slack, come back to, added to."""
    person = it.house.in_slack(**SLACK_WHO)
    person.command("what I typed after it: zanzicanary-typed")
    form = {"report-story": "The zanzicanary-slackstory happened.", "report-name": "Zanzi Zanzicanary", "report-about": ["pupil"]}
    assert person.submit(form) == {}
    it.codes["slack"] = code_shown(person)
    assert person.submit({"report-code-box": it.codes["slack"]}) == {}
    person.command("check")
    assert person.submit({"report-code-box": it.codes["slack"]}) == {}
    assert person.submit({"report-add": "And zanzicanary-slackmore.", "report-police": "yes"}) == {}
    assert "slackmore" in person.words


def teams_person_reports(it: Told) -> None:
    """Nothing: the same in Teams."""
    code = report_in_teams(it, TEAMS_WHO["user"], TEAMS_WHO["from_name"], "teams", story="The zanzicanary-teamsstory happened.")
    back = opened_in_teams(it, "check").press(wording.OPEN_MINE, code=code)
    assert "zanzicanary-teamsmore" in back.press(wording.SEND_ADDED, text="And zanzicanary-teamsmore.").text


def report_in_teams(it: Told, user: str, shown_name: str, kept_as: str, story: str = "A quiet story.") -> str:
    """The code of a report from a dialog."""
    form = opened_in_teams(it, "open", user, shown_name)
    receipt = form.press(wording.SEND_REPORT, story=story, about="pupil", name=shown_name)
    it.codes[kept_as] = code_on(receipt)
    assert receipt.press(wording.TYPED, typed=it.codes[kept_as]).ended
    return it.codes[kept_as]


def opened_in_teams(it: Told, which: str, user: str = TEAMS_WHO["user"], shown_name: str = TEAMS_WHO["from_name"]) -> Dialog:
    """A dialog, of somebody whose account, id and name are marked."""
    sender = {"id": f"29:{user}", "name": shown_name, "aadObjectId": f"entra-{user}"}
    return fetch(it.house, which, user=user, **{"from": sender})  # type: ignore[arg-type]


def on_the_web(it: Told) -> None:
    """Nothing: the same on the web, with a picture that tells where and by whom it was taken."""
    house, phone = it.house, it.house.browser(**DEVICE)
    it.codes["web"] = house.report(
        phone, "The zanzicanary-webstory happened.", "colleague", files=[("zanzicanary-file.jpg", picture())], kind="cyberbullying"
    )
    assert "You can close this page" in phone.post("/oak/report", data=typed_back(it.codes["web"])).text
    assert house.step(phone, "zanzicanary-not-a-code").status_code == 422
    code = it.codes["web"]
    house.step(phone, code, "add", text="And zanzicanary-webmore.")
    house.step(phone, code, "police", police="undecided")
    house.step(phone, code, "files", files=[("zanzicanary-second.png", picture("PNG")), ("zanzicanary.exe", b"MZ zanzicanary")])


def with_a_name(it: Told) -> None:
    """Nothing: somebody reports with their name."""
    it.codes["named"] = it.house.report(
        it.house.browser(**DEVICE), "The zanzicanary-namedstory happened.", "pupil", name="Zanzi Zanzicanary-Named", urgent="yes"
    )


def the_desk_works(it: Told) -> None:
    """Nothing: pings go out, the lead signs in, acknowledges in chat, reads, replies, notes, decides, hands over, exports and closes."""
    house = it.house
    house.climb(3)  # to the lead in Slack, the deputy in Teams, the head by e-mail
    lead = house.signed_in(LEAD)
    it.tokens += lead.cookies.values()
    concerns = house.house.reports.desk.waiting("oak", LEAD)
    named = next(one for one in concerns if one.route is Route.NAMED)
    posted = next(one for one in house.slack.posted if named.reference in one.text)
    house.in_slack("ULEAD", "ann.lee").press(posted, "Acknowledge")
    assert state_of(house, named.id) is State.ACKNOWLEDGED
    for concern in concerns:
        route = concern.route.value
        case = f"/oak/desk/cases/{concern.id}"
        acts = {"acknowledge": {}, "reply": {"text": "zanzicanary-reply"}, "note": {"text": "zanzicanary-note"}}
        acts |= {"decide": {"text": "zanzicanary-decision", "reason": "zanzicanary-reason"}}
        acts |= {"hand-over": {"role": "chair", "reason": "zanzicanary-handing"}, "keep": {"day": "2045-01-01", "reason": "zanzicanary"}}
        for act, fields in acts.items():
            assert lead.post(f"{case}/{act}", data={**fields, "submission": f"{act}-{'s' * 20}"}).status_code == 303
        assert lead.post(f"{case}/reply", data={"text": " ", "submission": "zanzicanary-is-no-id"}).status_code == 422
        page = lead.get(case)
        it.seen_at_desk[route] = it.seen_at_desk.get(route, "") + page.text
        for file in re.findall(r"/files/[\w-]+", page.text):
            it.exported[f"{route}{file}"] = lead.get(case + file).content
        for kind in ("pdf", "csv"):
            it.exported[f"{route}.{kind}"] = lead.get(f"{case}/chronology.{kind}").content
    lead.post(f"/oak/desk/cases/{named.id}/close", data={"outcome": "support", "reason": "zanzicanary-closing"})
    lead.get("/oak/desk?state=all&mine=yes&zanzicanary=1"), lead.get("/oak/desk/figures"), lead.get("/oak/desk/figures.csv")
    lead.post("/oak/desk/leave", data={"everywhere": "yes"})


def picture(kind: str = "JPEG") -> bytes:
    """A photo that names its maker and place."""
    made, exif, out = Image.new("RGB", (64, 48), "white"), Image.Exif(), io.BytesIO()
    exif[0x013B] = exif[0x010E] = exif[0x8298] = "zanzicanary-exif"  # artist, description, copyright
    exif.get_ifd(0x8825)[1] = "N"
    made.save(out, kind, exif=exif, **({"comment": b"zanzicanary-comment"} if kind == "JPEG" else {}))
    return out.getvalue()


def typed_back(code: str) -> dict[str, str]:
    """The form in which a code is typed back."""
    return {"step": "typed", "code": code, "typed": code.lower()}


def counts(house: WholeHouse) -> str:
    """What anybody may read of counts, without the reading itself."""
    lines = httpx.get(f"{house.url}/metrics").text.splitlines()
    return "\n".join(line for line in lines if "/metrics" not in line and "_created" not in line)


def state_of(house: WholeHouse, concern_id: str) -> State:
    """Where a concern stands."""
    return next(one.state for one in house.house.reports.desk.waiting("oak", LEAD) if one.id == concern_id)


def rows(engine: Engine) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table."""
    with engine.connect() as connection:
        return {
            table.name: sorted((dict(row._mapping) for row in connection.execute(select(table))), key=repr)
            for table in METADATA.sorted_tables
        }


def difference(before: dict[str, list[Any]], after: dict[str, list[Any]]) -> dict[str, list[Any]]:
    """The rows that are new or changed, of each table that has any."""
    found = {name: [row for row in kept if row not in before[name]] for name, kept in after.items()}
    return {name: changed for name, changed in found.items() if changed}
