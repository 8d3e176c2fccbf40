"""Checks of `signpost doctor` for private reports: the keys that seal them, whether each opens, and who could be told of one.

None says how many reports there are or at which school, but for those that are damaged, which nobody else can mend: whoever runs Signpost
may be whom one is about.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from sqlalchemy import Engine

from adapters.checks import Check, State
from adapters.settings import Settings
from adapters.store.rotation import keys_in_use, keys_missing
from adapters.store.sealing import Keys, KeysWrong
from adapters.store.slack_tokens import keys_of_tokens
from adapters.store.wholeness import broken_by_school
from bot.concerns.concern import About
from bot.concerns.exclusion import DESK_ROLES, recipients
from bot.school import ROLE_NAMES, Holder, School

Workspaces = Sequence[tuple[str, str]]  # (door, workspace)
ABOUT = (
    (frozenset[About](), "a report", "lead"),
    (frozenset({About.LEAD}), "a report about the lead", "head"),
    (frozenset({About.HEAD}), "a report about the head", "chair"),
)
ADD_THEM = "Add their email, slack or teams in SCHOOL.toml and apply it; e-mail needs SMTP_URL and MAIL_FROM too."


def check_keys_given(settings: Settings, engine: Engine | None) -> Iterator[Check]:
    """Whether the keys in these settings open every report in the database; nothing is written. `engine`: None where it cannot be asked."""
    try:
        keys = Keys.read(settings.value("SIGNPOST_KEYS"))
    except KeysWrong as error:
        yield Check("keys", State.MEND, error.message, error.next_step)
        return
    if engine is None:
        yield Check("keys", State.OK, "well formed; the database was not asked whether they open its reports")
        return
    used = set(keys_in_use(engine)) & set(keys.ids)
    if missing := sorted(keys_missing(engine, keys)):
        found = f"reports are sealed with a key that is not in SIGNPOST_KEYS: {', '.join(missing)}"
        yield Check("keys", State.MEND, found, "Put that key back, after the newest one; without it nobody can read those reports.")
    elif used - {keys.newest}:
        found = f"some reports are sealed with an older key than {keys.newest}"
        yield Check("keys", State.LOOK, found, "Run `signpost keys rotate`; its --help says in which order to do what.")
    else:
        yield Check("keys", State.OK, f"{keys.newest} seals, and every report is sealed with it")
    if not missing:
        yield from _check_whole(engine, keys)
    yield from _check_tokens(engine, keys)


def _check_whole(engine: Engine, keys: Keys) -> Iterator[Check]:
    for school, count in broken_by_school(engine, keys).items():
        found = f"{school}: {count} {'case' if count == 1 else 'cases'} cannot be opened: altered, or put in another's place"
        to_do = "Ask whoever runs the database what was done to it; a backup from before has them as they were. Tell the school's lead."
        yield Check("reports", State.MEND, found, to_do)


def _check_tokens(engine: Engine, keys: Keys) -> Iterator[Check]:
    """What is amiss with the keys of Slack's tokens; nothing where all is well."""
    used = keys_of_tokens(engine)
    if missing := sorted(used.keys() - {*keys.ids, ""}):
        found = f"Slack's tokens are sealed with a key that is not in SIGNPOST_KEYS: {', '.join(missing)}: nobody there is answered"
        yield Check("Slack tokens", State.MEND, found, "Put that key back, after the newest one, or add the app there again.")
    elif older := used.keys() - {keys.newest}:
        how = "in clear" if "" in older else "sealed with an older key"
        yield Check("Slack tokens", State.LOOK, f"some are {how}", "Run `signpost keys rotate`.")


def reached_by(settings: Settings, workspaces: Workspaces) -> Callable[[Holder], bool]:
    """Whether there is a way to somebody at a school with those workspaces, as far as settings and SCHOOL.toml tell."""
    doors = {door for door, _ in workspaces}
    slack, teams = settings.slack and "slack" in doors, settings.teams and "teams" in doors

    def reached(holder: Holder) -> bool:
        return bool((slack and holder.slack) or (teams and holder.teams) or (settings.mail and holder.email))

    return reached


def check_desk(settings: Settings, school: School, workspaces: Workspaces) -> Iterator[Check]:
    """What is amiss with the ways to those who look after a school's reports; nothing where all can be reached. It names no person."""
    reached = reached_by(settings, workspaces)
    deaf = []
    for about, report, role in ABOUT:
        told = recipients(school, about)
        if not told:
            found = f"{school.id}: nobody may be told of {report}, so it cannot be made here; its reporter is given numbers outside to ring"
            yield Check("desk", State.LOOK, found, f"Add contacts.{role}, somebody else, to its SCHOOL.toml and apply it.")
        elif not any(map(reached, told)):
            deaf.append(report)
    if deaf:
        found = f"{school.id}: no message could tell anybody that it waits: {', '.join(deaf)}"
        yield Check("desk", State.MEND, found, ADD_THEM)
    if lost := [holder for holder in school.holding(*DESK_ROLES) if not reached(holder)]:
        roles = ", ".join(dict.fromkeys(ROLE_NAMES[holder.role] for holder in lost))
        found = f"{school.id}: neither a message that a report waits nor a sign-in link can reach: {roles}"
        yield Check("desk", State.LOOK, found, ADD_THEM)
