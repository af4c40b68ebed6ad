// Keyboard: single letters outside inputs (where the reader wants them), Ctrl+S or Ctrl+Enter to save.

const typing = (target) => target.closest?.("input, textarea, select, [contenteditable]");

document.addEventListener("keydown", (event) => {
  const held = event.ctrlKey || event.metaKey;
  const isEnter = event.key === "Enter" && event.target.closest?.("form[data-form], form[data-inplace]");
  if (held && (event.key.toLowerCase() === "s" || isEnter) && !document.querySelector("dialog[open]")) {
    const own = document.querySelector("form[data-inplace]");
    const save = document.querySelector("[data-save]");
    if (own || save) {
      event.preventDefault();
      if (own) own.requestSubmit();
      else save.click();
    }
    return;
  }
  if (held || event.altKey || event.isComposing) return;
  if (typing(event.target)) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  if (!("shortcuts" in document.body.dataset) || document.querySelector("dialog[open]")) return;
  if (event.key === "/") {
    const box = document.querySelector("[data-find]");
    if (box) {
      event.preventDefault();
      box.focus();
    }
    return;
  }
  if (event.key === "?") {
    event.preventDefault();
    document.getElementById("keys")?.showModal();
    return;
  }
  if (["j", "k", "x", "Enter"].includes(event.key) && document.querySelector("table.rows")) return move(event);
  const pen = event.key === "e" && event.target.closest?.(".dv")?.querySelector("[data-pen]");
  const target = pen || document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
  if (target) {
    event.preventDefault();
    target.click();
  }
});

function move(event) {
  const rows = [...document.querySelectorAll("table.rows tbody tr[data-url]")];
  if (!rows.length || event.target.closest?.("a, button, summary")) return;
  const at = rows.findIndex((row) => row.classList.contains("at"));
  if (event.key === "Enter") return rows[at]?.querySelector("a.nm")?.click();
  if (event.key === "x") return rows[at]?.querySelector("input[name=id]")?.click();
  const to = rows[Math.min(rows.length - 1, Math.max(0, at + (event.key === "j" ? 1 : -1)))];
  rows[at]?.classList.remove("at");
  to.classList.add("at");
  to.scrollIntoView({ block: "nearest" });
}
