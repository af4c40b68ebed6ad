// Menus that unfold: one at a time, closed by Esc and by a click elsewhere; tabs of notebooks by mouse and arrow keys.

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target) || event.target.closest(".drop a, .drop button")) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const open = document.querySelector("details.menu[open]");
  if (open) {
    open.open = false;
    open.querySelector("summary").focus();
  }
});

function show(tab) {
  const tabs = [...tab.closest("[role=tablist]").querySelectorAll("[role=tab]")];
  for (const other of tabs) {
    const chosen = other === tab;
    other.setAttribute("aria-selected", chosen);
    other.tabIndex = chosen ? 0 : -1;
    const page = document.getElementById(other.getAttribute("aria-controls"));
    if (page) page.hidden = !chosen;
  }
}
document.addEventListener("click", (event) => {
  const tab = event.target.closest("[role=tab]");
  if (tab) show(tab);
});
document.addEventListener("keydown", (event) => {
  const tab = event.target.closest?.("[role=tab]");
  if (!tab || !["ArrowLeft", "ArrowRight"].includes(event.key)) return;
  const tabs = [...tab.closest("[role=tablist]").querySelectorAll("[role=tab]:not([hidden])")];
  const next = tabs[(tabs.indexOf(tab) + (event.key === "ArrowRight" ? 1 : tabs.length - 1)) % tabs.length];
  show(next);
  next.focus();
});
// A fault inside a tab that is not shown brings it to the front.
window.tangram.each(".tabpage .err, .tabpage [aria-invalid=true]", (input) => {
  const page = input.closest(".tabpage");
  const tab = document.querySelector(`[aria-controls="${CSS.escape(page.id)}"]`);
  if (page.hidden && tab) show(tab);
});

// The navigation folds at once; that it should stay so is kept with the user.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-collapse]");
  if (!button) return;
  const folded = document.querySelector(".shell").classList.toggle("collapsed");
  button.setAttribute("aria-expanded", !folded);
  fetch("/preferences", {
    method: "POST",
    headers: { "X-CSRF-Token": window.tangram.csrf(), "Content-Type": "application/json", Accept: "application/json" },
    body: JSON.stringify({ key: "nav_collapsed", value: folded }),
  });
});
