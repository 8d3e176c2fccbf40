"""What the Teams door itself says: everything else comes from the conversation."""

from __future__ import annotations

from bot.asking import EMERGENCY_LINE

# Both are shown in notifications, on lock screens and projectors: never what was asked or answered, nor that a report is waiting.
NOTIFIED = "Signpost has answered you."
NOTIFIED_UNASKED = "Signpost has a message for you."
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
ON_YOUR_PHONE = "To do this without being seen here, on your own phone:"

FORM_TITLE, CHECK_TITLE, REFUSED_TITLE = "Report privately", "Check my report", "Not here"
# A dialog's fallback text, where a client cannot show the card.
NO_FORM = "This Teams cannot show the form. Use another device, or tell the designated safeguarding lead by phone. " + EMERGENCY_LINE
OPEN_PERSONAL = (
    "Reports are made in your personal chat with me, where nobody else reads along. Open it: choose Apps in Teams, search for Signpost, "
    "choose Open, and write “report” there."
)
CANNOT_OPEN = "The form cannot be opened just now. Nothing has been reported. Try again in a minute, and until then tell somebody by phone:"
CANNOT_SHOW = (
    "The form for a report did not open in this Teams. Update Teams or try it on a computer, or tell the designated safeguarding lead by "
    "phone. " + EMERGENCY_LINE
)
NOT_KEPT = "Your report was NOT kept: nobody has been told."
NOT_KEPT_NEXT = "Everything you wrote is still here. Send it once more; if it fails again, ring now and tell it by phone:"
NOT_DONE = "That could NOT be done: what you sent was not kept."
NOT_DONE_NEXT = "What you wrote is still here. Send it once more; if it fails again, ring and tell it by phone:"
NOT_DONE_ELSE = "Try once more. If it fails again, ring and tell it by phone:"
SEND_REPORT = "Send my report"
STORY_MISSING = "Write what happened, in a few words if need be."
ABOUT_MISSING = "Tick who it is about. If you are not sure, tick that."
HOW, HOW_SOON = "How do you want to report?", "How soon is it needed?"
YOUR_NAME = "Your name, only if you chose “With my name”: left empty then, the name that Teams shows for you is used. Else no name is kept."
CHOOSE = "Choose"  # what a list says before something is chosen in it

RECEIVED = "Your report has been received."
REFERENCE = "Its reference, should anybody ask: {reference}"
WITH_NAME = "It was kept with your name: {name}"
FILES_ON_WEB = "Screen prints can be added on the web, with the code below: {address}"
CODE_IS = "Your code:"
WHY_CODE = (
    "Write it down now, on paper and not on a school device. It is the only way to read the replies to your report, to add to it or to "
    "withdraw it. It is not shown again, and nobody can look it up for you."
)
KEPT_ANYWAY = "Your report is kept whether or not you go on here."
TYPE_CODE = "Type the code you have written down, to be sure of it"
TYPED = "I have written it down"
TYPED_WRONG = "That is not the code shown here. Compare what you wrote down, letter by letter, and type it again."
DONE = (
    "That is right. Your report is with those who look after it. Come back with your code: write “check my report” to me. You can close "
    "this now."
)
CODE_ASKED = "The code of your report"
CODE_MISSING = "Type the code you were given."
OPEN_MINE = "Open my report"
CODE_LOST = "Without its code a report cannot be opened. You can always make another one."
FILED_ON = "Report {reference}, made on {day}"
YOU_WROTE, YOU_ADDED, REPLIED = "You wrote on {day}:", "You added on {day}:", "The {role} replied on {day}:"
SOMEBODY = "school"
FILES = "Files with it: {names}"
OLDER, NEWEST = "Older", "Back to the newest"
ADD = "Add to your report"
SEND_ADDED = "Send what I added"
POLICE_WISH = "Change this wish"
WITHDRAW_FIRST, WITHDRAW_NOW, GO_BACK = "Withdraw …", "Withdraw my report", "Go back"
ADDED, WISHED, WITHDRAWN = "What you added is kept.", "Your wish about the police is kept.", "Your report is withdrawn."
NOT_SENT_YET = "What stands in the box below has not been sent yet."
