"use strict";
// A claim in the text and in the list beside it light up together.

const pieces = document.querySelectorAll("[data-claims]");
const items = document.querySelectorAll("[data-claim-of]");

function light(id) {
  for (const piece of pieces) piece.classList.toggle("lit", id !== null && piece.dataset.claims.split(" ").includes(id));
  for (const item of items) item.classList.toggle("lit", item.dataset.claimOf === id);
}

function lightTarget() {
  const id = location.hash.replace(/^#(at|claim)-/, "");
  light([...items].some((item) => item.dataset.claimOf === id) ? id : null);
}

for (const item of items) {
  for (const kind of ["mouseenter", "focusin"]) item.addEventListener(kind, () => light(item.dataset.claimOf));
  item.addEventListener("mouseleave", lightTarget);
}
for (const piece of pieces) {
  const innermost = piece.dataset.claims.split(" ").at(-1);
  piece.addEventListener("mouseenter", () => light(innermost));
  piece.addEventListener("mouseleave", lightTarget);
  piece.addEventListener("click", () => {
    document.getElementById(`claim-${innermost}`).scrollIntoView({ block: "nearest" });
  });
}
addEventListener("hashchange", lightTarget);
lightTarget();
