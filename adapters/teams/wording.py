"""What the Teams door itself says: everything else comes from the conversation."""

from __future__ import annotations

from bot.asking import EMERGENCY_LINE

NOTIFIED = "Signpost has answered you."  # shown in notifications, on lock screens and projectors: never what was asked or answered
IN_PERSONAL = "I have answered you in our personal chat."
OPEN_THE_APP = (
    "I can only answer you in a personal chat, and that is not open yet. Open it once: choose Apps in Teams, search for Signpost, "
    "choose Add or Open, and ask me there. " + EMERGENCY_LINE  # always, so that it tells nobody what was asked
)
NOT_CONNECTED = (
    "This Microsoft 365 tenant is not connected to a school in Signpost, so I cannot answer here. Your school's IT person can "
    "connect it: add the tenant's id under “workspaces” in the school's settings file and run “signpost school apply”. " + EMERGENCY_LINE
)
TROUBLE = (
    "Something went wrong on our side, and I could not look that up. Please ask again in a minute. "
    "If somebody is in danger now, ring 999 and tell the designated safeguarding lead."
)
MENTION_ME = "Hello, I am Signpost. Mention me with a question about your school's policies: I answer you alone, in our personal chat."
BELOW = "Answered below."
ANSWERED_ALREADY = "This is being answered already."
NO_BUTTON = "This button cannot be used any more. Ask again, please."
OPEN_RULE = "Open the policy at this rule"
OPEN_PAGE = "Open in your browser"
