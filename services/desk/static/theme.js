"use strict";
// Before anything is painted: the theme that was chosen here, if any; else the system's counts.
(() => {
  let chosen = null;
  try { chosen = localStorage.getItem("copydesk-theme"); } catch { /* kept nowhere */ }
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
})();
