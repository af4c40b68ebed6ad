// The page that designs a print template: puts a field where the cursor was, and goes to the line of a fault.

let last = null;

document.addEventListener("focusin", (event) => {
  if (event.target.matches?.(".pr-design .pr-code")) last = event.target;
});

function insert(text) {
  const area = last?.isConnected ? last : document.getElementById("pr-body");
  if (!area) return;
  area.focus();
  area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

function show(area, line) {
  const lines = area.value.split("\n");
  const start = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0);
  area.closest("details")?.setAttribute("open", "");
  area.focus();
  area.setSelectionRange(start, start + (lines[line - 1] ?? "").length);
  area.scrollTop = (area.scrollHeight / lines.length) * Math.max(0, line - 4);
}

document.addEventListener("click", (event) => {
  const field = event.target.closest("[data-insert]");
  if (field) {
    insert(field.dataset.insert);
    field.closest("details")?.removeAttribute("open");
  }
  const place = event.target.closest("[data-goto]");
  const area = place && document.getElementById(place.dataset.goto);
  if (area?.matches("textarea")) show(area, Number(place.dataset.line));
  else area?.focus();
});
