"use strict";
// Keys for a list of claims. Judging without them is a form; with them it is sent without leaving the page.

const cards = [...document.querySelectorAll("[data-claim]")];
const keys = document.getElementById("keys");
const KEYS = { t: "to_check", c: "checked", x: "not_worth", u: "open" };
const NAMES = { to_check: "to check", checked: "checked", not_worth: "not worth" };
let at = cards.findIndex((card) => `#${card.id}` === location.hash);

function go(step) {
  if (!cards.length) return;
  at = Math.min(Math.max(at + step, 0), cards.length - 1);
  cards[at].focus({ preventScroll: true });
  cards[at].scrollIntoView({ block: "nearest" });
}

for (const [number, card] of cards.entries()) {
  card.addEventListener("focusin", () => { at = number; });
}

function show(card, triage) {
  for (const state of Object.values(KEYS)) card.classList.toggle(`is-${state}`, state === triage.state);
  for (const button of card.querySelectorAll("[name=state]")) {
    button.setAttribute("aria-pressed", String(button.value === triage.state));
    if (button.value === "open") button.hidden = triage.state === "open";
  }
  const said = document.createElement("b");
  said.className = `is-${triage.state}`;
  said.textContent = NAMES[triage.state] ?? "open";
  const latest = triage.history[0];
  const by = document.createElement("span");
  by.className = "muted";
  by.textContent = ` ${latest.judged_by}, just now`;
  const verdict = card.querySelector("[data-verdict]");
  verdict.classList.remove("refused");
  verdict.replaceChildren(said, by);
  if (triage.note) {
    const note = document.createElement("q");
    note.className = "noted";
    note.textContent = triage.note;
    verdict.append(" ", note);
  }
}

async function judge(card, said) {
  const verdict = card.querySelector("[data-verdict]");
  try {
    const answer = await fetch(`/api/v1/claims/${card.dataset.claim}/triage`, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json" },
      body: JSON.stringify(said),
    });
    const document_ = await answer.json();
    if (!answer.ok) throw new Error(document_.detail);
    show(card, document_);
    return true;
  } catch (error) {
    verdict.textContent = `Not kept: ${error.message}`;
    verdict.classList.add("refused");
    return false;
  }
}

for (const form of document.querySelectorAll("form[data-judge], form[data-note]")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const card = form.closest("[data-claim]");
    const note = form.elements.namedItem("note");
    const kept = await judge(card, note ? { note: note.value } : { state: event.submitter.value });
    if (kept && note) {
      form.closest("details").open = false;
      card.focus({ preventScroll: true });
    }
  });
}

// Ctrl-Enter keeps a note; Escape leaves it.
for (const note of document.querySelectorAll("textarea[name=note]")) {
  note.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) note.form.requestSubmit();
    if (event.key === "Escape") note.closest("[data-claim]").focus();
  });
}

function press(key) {
  if (key === "j" || key === "ArrowDown") return go(1), true;
  if (key === "k" || key === "ArrowUp") return go(-1), true;
  const card = cards[at];
  if (!card) return false;
  if (key in KEYS) {
    if (!card.querySelector("[name=state]")) return false;
    judge(card, { state: KEYS[key] });
    return true;
  }
  if (key === "n") {
    const details = card.querySelector("details.note");
    if (!details) return false;
    details.open = true;
    details.querySelector("textarea").focus();
    return true;
  }
  if (key === "o") return card.querySelector("a.open").click(), true;
  if (key === "a") return card.querySelector("a[href^='/articles/']").click(), true;
  if (key === "Enter" && document.activeElement === card) return card.querySelector("a.open").click(), true;
  return false;
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || keys?.open) return;
  if (event.target.closest("input, textarea, select")) return;
  if (event.key.startsWith("Arrow") && !event.target.closest("[data-claim]")) return;
  if (press(event.key)) event.preventDefault();
});

for (const button of document.querySelectorAll("[data-help]")) {
  button.hidden = false;
  button.addEventListener("click", () => keys.showModal());
}
