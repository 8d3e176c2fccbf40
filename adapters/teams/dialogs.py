"""Reports in dialogs: what Teams shows when one is opened, and when its form is sent. What is said to be kept is kept by then.

Nobody's id comes in here. Of whoever reports, only the name that Teams shows is passed on, and only where they report with their name.
Nothing is claimed, counted or noted of these invokes either: a form is known by the id it carries, however often it is delivered.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any, Literal, TypedDict

from adapters.teams import cards, report_form, report_visit, wording
from adapters.teams.elements import Attachment, Card, attached, card_of, line_of
from adapters.teams.report_form import Trouble, Typed, abouts_of, draft_of, form_card, told, typed_of
from adapters.teams.report_visit import adding_card, code_card, receipt_card, visit_card, withdraw_card
from adapters.teams.whereabouts import where
from bot.concerns.concern import Police, Route
from bot.concerns.filing import Filed, NobodyLeft, Unfinished
from bot.concerns.form import to_ring
from bot.concerns.receipts import FILING, read_code
from bot.concerns.reports import Reports
from bot.concerns.returning import TooManyGuesses, Visit, WrongCode
from bot.concerns.states import NotNow
from bot.links import receipt_path, report_path
from bot.ports import NewId, Schools
from bot.school import ROLE_NAMES, School

FETCH, SUBMIT = "task/fetch", "task/submit"
NO_SCHOOL = School("", "")

log = logging.getLogger("signpost.teams")


class Shown(TypedDict):
    """A card in a dialog."""

    title: str
    height: Literal["large", "medium", "small"]
    width: Literal["large", "medium", "small"]
    card: Attachment


class Task(TypedDict):
    """What an invoke of a dialog is answered with: a card, or the words it ends with."""

    type: Literal["continue", "message"]
    value: Shown | str


class Answer(TypedDict):
    """The body of the answer."""

    task: Task


class NotConnected(Exception):
    """The tenant belongs to no school."""


class Dialogs:
    """The dialogs of all schools. Called in worker threads. ``public_url``: where the anonymous form is, "" for nowhere."""

    def __init__(self, reports: Reports, schools: Schools, new_id: NewId, public_url: str, any_tenant: str | None) -> None:
        self._reports = reports
        self._schools = schools
        self._new_id = new_id
        self._public_url = public_url.rstrip("/")
        self._any_tenant = any_tenant
        self._known: dict[str, School] = {}  # by tenant, as last read: so that a form can be given back when the store is away
        self._steps: dict[str, Callable[[School, Typed, str], Answer]] = {
            report_form.FILE: self._file,
            report_visit.READ: self._read,
            report_visit.ADD: self._add,
            report_visit.WISH: self._wish,
            report_visit.WITHDRAW: self._withdraw,
        }

    def fetch(self, tenant: str, data: Mapping[str, Any], *, personal: bool) -> Answer:
        """A dialog that somebody opens. Raises nothing."""
        if not personal:  # the form itself shows to nobody else, but those around see who opens one
            return _shown(wording.REFUSED_TITLE, card_of(wording.OPEN_PERSONAL, [line_of(wording.OPEN_PERSONAL)]))
        try:
            school = self._school(tenant)
        except NotConnected:
            return _said(wording.NOT_CONNECTED)
        except Exception as error:
            log.error("dialog not opened: %s", where(error))
            trouble = Trouble((wording.CANNOT_OPEN,), to_ring(self._known.get(tenant, NO_SCHOOL)))
            return _shown(wording.REFUSED_TITLE, card_of(wording.CANNOT_OPEN, [told(trouble)]))
        match data.get("report"):
            case cards.OPEN:
                return _shown(wording.FORM_TITLE, form_card(school, self._new_id(), self._address(school)))
            case cards.CHECK:
                return _shown(wording.CHECK_TITLE, code_card())
        return _said(wording.NO_BUTTON)

    def submit(self, tenant: str, data: Mapping[str, Any], shown_name: str) -> Answer:
        """What follows a form that was sent: from wherever it comes, so that nothing written in one is lost. Raises nothing."""
        typed = typed_of(data)
        match typed.get("report", ""):
            case report_visit.RECEIPT:
                return _typed_back(typed)
            case report_visit.WITHDRAWING:
                return _shown(wording.CHECK_TITLE, withdraw_card(typed.get("code", ""), self._submission(typed), typed.get("text", "")))
            case step if step in self._steps:
                try:
                    return self._steps[step](self._school(tenant), typed, shown_name)
                except Exception as error:
                    return self._given_back(step, self._known.get(tenant, NO_SCHOOL), typed, error)
        return _said(wording.NO_BUTTON)

    def _school(self, tenant: str) -> School:
        """The tenant's school, with those who hold its roles now. Raises NotConnected."""
        school_id = self._any_tenant or (self._schools.school_of("teams", tenant) if tenant else None)
        if school_id is None:
            self._known.pop(tenant, None)
            raise NotConnected
        school = self._reports.filing.school(school_id)
        self._known[tenant] = school
        return school

    def _file(self, school: School, typed: Typed, shown_name: str) -> Answer:
        draft = draft_of(typed, shown_name)
        filed = self._reports.filing.file(school.id, draft)
        name = draft.name if draft.route is Route.NAMED else ""
        return _shown(wording.FORM_TITLE, receipt_card(filed.receipt.code, _received(filed, name, self._way_back(school))))

    def _read(self, school: School, typed: Typed, _: str) -> Answer:
        visit = self._reports.returning.read(school.id, typed.get("code", ""))
        until = typed.get("until", "")
        return self._visit(visit, typed, unsent=True, until=int(until) if until.isascii() and until.isdigit() and len(until) < 7 else None)

    def _add(self, school: School, typed: Typed, _: str) -> Answer:
        visit = self._reports.returning.add(school.id, typed.get("code", ""), typed.get("text", ""), self._submission(typed))
        return self._visit(visit, typed, wording.ADDED)

    def _wish(self, school: School, typed: Typed, _: str) -> Answer:
        chosen = next((one for one in Police if one.value == typed.get("police")), None)
        if chosen is None:
            return self._read(school, typed, "")
        visit = self._reports.returning.wish(school.id, typed.get("code", ""), chosen)
        return self._visit(visit, typed, wording.WISHED, unsent=True)

    def _withdraw(self, school: School, typed: Typed, _: str) -> Answer:
        visit = self._reports.returning.withdraw(school.id, typed.get("code", ""))
        return self._visit(visit, typed, wording.WITHDRAWN, unsent=True)

    def _visit(self, visit: Visit, typed: Typed, note: str = "", *, unsent: bool = False, until: int | None = None) -> Answer:
        """The report come back to. `unsent`: whether what stands in the box is still to be sent, and stays there under its id."""
        text = typed.get("text", "") if unsent else ""
        submission = self._submission(typed) if unsent else self._new_id()
        card = visit_card(visit, typed.get("code", ""), submission, note=note, text=text, until=until)
        return _shown(wording.CHECK_TITLE, card)

    def _given_back(self, step: str, school: School, typed: Typed, error: Exception) -> Answer:
        """The same card again with every word that was typed, and what went wrong above it."""
        trouble = _trouble(step, school, typed, error)
        if step == report_form.FILE:
            filing = typed.get("filing", "")
            known = filing if FILING.fullmatch(filing) else self._new_id()
            return _shown(wording.FORM_TITLE, form_card(school, known, self._address(school), typed, trouble))
        code, text = typed.get("code", ""), typed.get("text", "")
        if text.strip() or (step == report_visit.ADD and isinstance(error, Unfinished)):
            return _shown(wording.CHECK_TITLE, adding_card(code, self._submission(typed), text, trouble))
        return _shown(wording.CHECK_TITLE, code_card(code, trouble))

    def _submission(self, typed: Typed) -> str:
        """The id of what is added, the same however often it is sent."""
        sent = typed.get("submission", "")
        return sent if FILING.fullmatch(sent) else self._new_id()

    def _address(self, school: School) -> str:
        return f"{self._public_url}{report_path(school.id)}" if self._public_url and school.id else ""

    def _way_back(self, school: School) -> str:
        return f"{self._public_url}{receipt_path(school.id)}" if self._public_url else ""


def _typed_back(typed: Typed) -> Answer:
    """That the code was copied right, or the same card again. It needs no store: the report is kept already."""
    code, above = typed.get("code", ""), typed.get("above", "").splitlines()
    again = read_code(typed.get("typed", ""))
    if again is not None and again == read_code(code):
        return _said(wording.DONE)
    return _shown(wording.FORM_TITLE, receipt_card(code, above, Trouble((wording.TYPED_WRONG,))))


def _received(filed: Filed, name: str, way_back: str) -> list[str]:
    readers = "; ".join(f"{ROLE_NAMES[one.role]}, {one.name}" for one in filed.told)
    lines = [wording.RECEIVED, wording.REFERENCE.format(reference=filed.reference)]
    lines += [f"It can be read by: {readers}."] if readers else []
    lines += [wording.WITH_NAME.format(name=" ".join(name.split()))] if name else []
    return lines + ([wording.FILES_ON_WEB.format(address=way_back)] if way_back else [])


def _trouble(step: str, school: School, typed: Typed, error: Exception) -> Trouble:
    """What is said of an error: its own words only where they are for whoever reports."""
    match error:
        case Unfinished():
            return Trouble((error.message, *error.faults.values()) if step == report_form.FILE else tuple(error.faults.values()))
        case NobodyLeft():
            return Trouble((error.message, error.next_step), error.contacts)
        case WrongCode() | TooManyGuesses() | NotNow():
            return Trouble((error.message, error.next_step))
    log.error("report dialog failed at %s: %s", step, where(error))
    contacts = to_ring(school, abouts_of(typed))
    connected = (wording.NOT_CONNECTED,) if isinstance(error, NotConnected) else ()
    if step == report_form.FILE:
        return Trouble((wording.NOT_KEPT, *connected, wording.NOT_KEPT_NEXT), contacts)
    return Trouble(
        (wording.NOT_DONE, *connected, wording.NOT_DONE_NEXT if typed.get("text", "").strip() else wording.NOT_DONE_ELSE), contacts
    )


def _shown(title: str, card: Card) -> Answer:
    return {"task": {"type": "continue", "value": {"title": title, "height": "large", "width": "medium", "card": attached(card)}}}


def _said(text: str) -> Answer:
    return {"task": {"type": "message", "value": text}}
