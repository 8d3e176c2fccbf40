"""Passing a question on to the head: offered, shown as the head would read it, and kept before it is said to be."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.ports import Courier, NewId, Now, PassedQuestion, Sent, Turn, Unit
from bot.reply import Button, Choices, Reply, Says
from bot.school import Role
from bot.scrub import scrub

OFFER = "Shall Signpost pass this question on to the head, so that the policy can answer it?"
PREVIEW = (
    "The head would read this:\n“{text}”\n"
    "Signpost takes out what looks like a name. If one is left, choose “Do not pass it on” and ask the head yourself."
)
KEPT = (
    "Kept for the head on the school's list of open questions; no message about it could be sent. Until it is settled, ask before you act."
)
SENT = "Passed on to the head. Until it is settled, ask before you act."
NOT_PASSED = "Not passed on. Nothing of it is kept beyond half an hour."
ALREADY = "This question has been passed on already."
TO_HEAD = "A member of staff{name} asked something that the policy does not settle, and wants you to know:\n“{text}”"


@dataclass(frozen=True, slots=True)
class PassingOn:
    """The steps of passing one question on."""

    courier: Courier
    now: Now
    new_id: NewId

    @staticmethod
    def offer(turn: Turn) -> Choices:
        """The offer, with what can be pressed."""
        return Choices(OFFER, (Button("Pass it on …", f"{turn.id}.pass"),))

    def press(self, unit: Unit, turn: Turn, act: str, name: str) -> Reply | None:
        """The reply to a step; None where it is none of these, or the question is forgotten."""
        if act == "pass-not":
            return Reply((Says(NOT_PASSED),), replaces=True)
        if "passed" in turn.done:
            return Reply((Says(ALREADY),), replaces=True)
        if not turn.question or "about_head" in turn.done:
            return None
        text = scrub(turn.question)
        match act:
            case "pass":
                named = (Button("With my name", f"{turn.id}.pass-named"),) if name else ()
                choices = (*named, Button("Without my name", f"{turn.id}.pass-unnamed"), Button("Do not pass it on", f"{turn.id}.pass-not"))
                return Reply((Choices(PREVIEW.format(text=text), choices),), replaces=True)
            case "pass-named" | "pass-unnamed":
                return self._pass(unit, turn, text, name if act == "pass-named" else "")
        return None

    def _pass(self, unit: Unit, turn: Turn, text: str, name: str) -> Reply:
        unit.pass_on(PassedQuestion(self.new_id(), text, turn.topic, self.now(), name))
        unit.remember(replace(turn, done=turn.done | {"passed"}))
        unit.commit()
        told = TO_HEAD.format(name=f" ({name})" if name else "", text=text)
        outcome = self.courier.tell(unit.school, (Role.HEAD,), told)
        return Reply((Says(SENT if outcome.state is not Sent.FAILED else KEPT),), replaces=True)
