// Makes pages nicer; every one of them works without it.
"use strict";

const PART = { "X-Signpost-Part": "turn" };
const FAILED = "That did not get through. Check your connection and try again.";
const talk = document.getElementById("sp-talk");
const status = document.getElementById("sp-status");

function say(words) {
  if (!status) return;
  status.textContent = "";
  window.setTimeout(() => { status.textContent = words; }, 50);
}

// What a form would send, with the button that sent it.
function fieldsOf(form, button) {
  const fields = new URLSearchParams(new FormData(form));
  if (button && button.name) fields.append(button.name, button.value);
  return fields;
}

// The reply as an element; null where it came to nothing. Words of ours only: the server has escaped every other.
async function turnFor(form, button) {
  const sent = await fetch(form.action, { method: "POST", body: fieldsOf(form, button), headers: PART });
  if (!sent.ok) return null;
  const holder = document.createElement("template");
  holder.innerHTML = await sent.text();
  return holder.content.querySelector(".turn");
}

function show(turn) {
  talk.append(turn);
  const heading = turn.querySelector("h2");
  heading.focus({ preventScroll: true });
  turn.scrollIntoView({ block: "start" });
}

// Shows that a form is being answered, so that it is not sent twice.
function busy(form, is) {
  form.toggleAttribute("data-busy", is);
  form.setAttribute("aria-busy", String(is));
}

async function answered(form, button) {
  if (form.hasAttribute("data-busy")) return null;
  busy(form, true);
  say("Looking …");
  try {
    const turn = await turnFor(form, button);
    if (!turn) plainly(form, button);
    return turn;
  } catch {
    say(FAILED);
    failed(form);
    return null;
  } finally {
    busy(form, false);
  }
}

// The form as the browser sends it without us: the server's page says what was wrong.
function plainly(form, button) {
  form.setAttribute("data-plain", "");
  form.requestSubmit(button || undefined);
}

function failed(form) {
  let told = form.querySelector(".wrong");
  if (!told) {
    told = document.createElement("p");
    told.className = "wrong";
    form.prepend(told);
  }
  told.textContent = FAILED;
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!talk || form.hasAttribute("data-plain") || !(form.hasAttribute("data-ask") || form.hasAttribute("data-press"))) return;
  event.preventDefault();
  const turn = await answered(form, event.submitter);
  if (!turn) return;
  say(turn.dataset.gist);
  form.querySelector(".wrong")?.remove();
  if (form.hasAttribute("data-press") && turn.hasAttribute("data-replaces")) {
    const reply = turn.querySelector(".reply");
    reply.tabIndex = -1;
    form.replaceWith(reply);
    reply.focus();
    return;
  }
  // It may be about one of them.
  if (turn.hasAttribute("data-urgent")) document.querySelector("[data-people]")?.remove();
  show(turn);
  if (form.hasAttribute("data-ask")) {
    document.querySelector(".examples")?.remove();
    const question = document.getElementById("sp-question");
    question.value = "";
  }
});

// Enter sends, as in every chat; Shift and Enter begins a new line.
document.getElementById("sp-question")?.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    event.target.form.requestSubmit();
  }
});

// A link to a clause becomes a button that copies it.
if (navigator.clipboard) {
  for (const link of document.querySelectorAll("a[data-copy]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.append(...link.childNodes);
    button.firstChild.textContent = "Copy link";
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(link.href);
        button.firstChild.textContent = "Copied";
        say("Link copied.");
      } catch {
        button.replaceWith(link);
        link.focus();
      }
    });
    link.replaceWith(button);
  }
}

// The clause a link leads to is focused, and said again once the page is ready, for those who hear it.
const sent = document.getElementById("sp-sent");
const target = document.querySelector(".sent-here");
if (target && location.hash) {
  target.focus({ preventScroll: true });
  target.scrollIntoView({ block: "center" });
}
if (sent) say(sent.textContent);

// A worry typed into the search box is not left in the address, where the browser would remember it.
if (document.querySelector(".results[data-urgent]")) history.replaceState(null, "", location.pathname);

// On a narrow screen the contents begin closed.
if (window.matchMedia("(max-width: 60rem)").matches) document.querySelector(".contents details")?.removeAttribute("open");

// A reply on a page that came whole: begin reading at it.
talk?.querySelector(".turn h2")?.focus();
