"use strict";
// The page is whole without this. It asks for the part that changes, and puts it in place of the old one.

const live = document.getElementById("now");

if (live) {
  const every = Number(live.dataset.every) * 1000;
  let asking = false;

  async function refresh() {
    if (asking || document.hidden || isBusy()) return;
    asking = true;
    try {
      const answer = await fetch(live.dataset.refresh, { headers: { Accept: "text/html" } });
      if (answer.ok) show(await answer.text());
      else tell(false);
    } catch {
      tell(false);
    } finally {
      asking = false;
    }
  }

  // What somebody is using is not taken from under their hands.
  function isBusy() {
    const focused = document.activeElement;
    return focused !== null && live.contains(focused) && focused.matches("button, summary");
  }

  function show(text) {
    const fresh = new DOMParser().parseFromString(text, "text/html").body;
    for (const [index, old] of live.querySelectorAll("details").entries()) {
      const other = fresh.querySelectorAll("details")[index];
      if (other) other.open = old.open;
    }
    // The sentence stays the same element: a screen reader says it only when its words change.
    const [said, words] = [live.querySelector(".whole"), fresh.querySelector(".whole")];
    if (said && words) {
      if (said.textContent !== words.textContent) said.textContent = words.textContent;
      words.remove();
      while (said.nextSibling) said.nextSibling.remove();
      said.after(...fresh.childNodes);
    } else {
      live.replaceChildren(...fresh.childNodes);
    }
    tell(true);
  }

  function tell(isLive) {
    for (const one of live.querySelectorAll("[data-live]")) one.hidden = !isLive;
  }

  let timer = setInterval(refresh, every);
  document.addEventListener("visibilitychange", refresh);

  // Where the desk streams, its events say when to look; where it does not, the clock does.
  if (live.dataset.stream && "EventSource" in window) {
    const source = new EventSource(live.dataset.stream);
    source.addEventListener("open", () => { clearInterval(timer); timer = 0; });
    source.addEventListener("error", () => { if (!timer) timer = setInterval(refresh, every); });
    for (const kind of ["message", "lag"]) source.addEventListener(kind, refresh);
  }
}
