// Lists: search while typing, and selecting rows.

let waiting = 0;
document.addEventListener("input", (event) => {
  if (!event.target.matches("[data-find]")) return;
  clearTimeout(waiting);
  const form = event.target.form;
  waiting = setTimeout(() => form.isConnected && form.requestSubmit(), 350);
});
// The box keeps focus and cursor over the exchange of the page.
document.addEventListener("htmx:beforeSwap", () => {
  const box = document.activeElement;
  if (!box?.matches?.("[data-find]")) return;
  const at = box.selectionStart;
  document.addEventListener(
    "htmx:afterSettle",
    () => {
      const fresh = document.querySelector("[data-find]");
      fresh?.focus();
      fresh?.setSelectionRange(at, at);
    },
    { once: true },
  );
});

document.addEventListener("change", (event) => {
  const table = event.target.closest("table.rows");
  if (!table) return;
  const boxes = [...table.querySelectorAll("tbody input[name=id]")];
  if (event.target.matches("[data-all]")) boxes.forEach((box) => (box.checked = event.target.checked));
  boxes.forEach((box) => box.closest("tr").classList.toggle("sel", box.checked));
  const chosen = boxes.filter((box) => box.checked);
  const all = table.querySelector("[data-all]");
  all.checked = chosen.length === boxes.length;
  all.indeterminate = chosen.length > 0 && chosen.length < boxes.length;
  document.dispatchEvent(new CustomEvent("tangram:selected", { detail: { ids: chosen.map((box) => box.value) } }));
});
