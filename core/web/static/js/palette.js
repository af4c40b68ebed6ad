// The command palette: Ctrl+K, type, arrows, Enter.

const { text, toast } = window.tangram;
const dialog = () => document.getElementById("palette");
const found = () => document.getElementById("palette-found");
let asked = 0;
let waiting = 0;
let shown = null;

async function look(typed) {
  const mine = ++asked;
  const answer = await fetch(`/palette?${new URLSearchParams({ q: typed })}`, { headers: { Accept: "text/html" } });
  if (mine !== asked) return;
  if (!answer.ok) return toast(text("failed"), "error");
  found().innerHTML = await answer.text();
  htmx.process(found());
  shown = typed;
  choose(0);
}

function choose(number) {
  const hits = lines();
  if (!hits.length) return;
  const at = (number + hits.length) % hits.length;
  hits.forEach((hit, position) => {
    hit.classList.toggle("on", position === at);
    hit.setAttribute("aria-selected", position === at);
  });
  hits[at].scrollIntoView({ block: "nearest" });
  dialog().querySelector("input").setAttribute("aria-activedescendant", hits[at].id);
}

const lines = () => [...found().querySelectorAll("[role=option]")];

/** Open a line; who types faster than the answer comes gets the first one of the answer. */
async function go(typed, at, inNewTab) {
  clearTimeout(waiting);
  if (typed !== shown) {
    await look(typed);
    at = 0;
  }
  const hit = lines()[at];
  if (!hit) return;
  if (inNewTab) window.open(hit.href, "_blank", "noopener");
  else hit.click();
}

function open() {
  const input = dialog().querySelector("input");
  if (!dialog().open) dialog().showModal();
  input.select();
  look(input.value.trim());
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-palette]")) open();
  else if (event.target === dialog()) dialog().close();
  else if (event.target.closest("#palette-found a")) dialog().close();
});
document.addEventListener("input", (event) => {
  if (!event.target.closest("#palette")) return;
  event.stopPropagation();
  clearTimeout(waiting);
  waiting = setTimeout(() => look(event.target.value.trim()), 120);
});
document.addEventListener("submit", (event) => {
  if (event.target.closest("#palette")) event.preventDefault();
}, true);
document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    event.preventDefault();
    return open();
  }
  if (!event.target.closest?.("#palette") || event.isComposing) return;
  const at = lines().findIndex((hit) => hit.classList.contains("on"));
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    choose(at + (event.key === "ArrowDown" ? 1 : -1));
  } else if (event.key === "Enter") {
    event.preventDefault();
    go(event.target.value.trim(), at, event.ctrlKey || event.metaKey);
  }
});
