// Lists: search while typing, and selecting rows.

const { asset, each, text } = window.tangram;

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

/** Show which rows are selected, and how many. */
function told() {
  const table = document.querySelector("table.rows");
  const bar = document.getElementById("batch");
  if (!table || !bar) return;
  const boxes = [...table.querySelectorAll("tbody input[name=id]")];
  const whole = bar.querySelector("[data-everything]")?.checked;
  if (whole) boxes.forEach((box) => (box.checked = true));
  boxes.forEach((box) => box.closest("tr").classList.toggle("sel", box.checked));
  const chosen = boxes.filter((box) => box.checked).length;
  const all = table.querySelector("[data-all]");
  all.checked = chosen > 0 && chosen === boxes.length;
  all.indeterminate = chosen > 0 && chosen < boxes.length;
  const count = whole ? document.getElementById("total").textContent : String(chosen);
  bar.querySelector("[data-selected]").textContent = text("selected", { count });
  const remove = bar.querySelector("[data-delete]");
  if (remove) remove.dataset.confirm = text("delete_question", { count });
}

document.addEventListener("change", (event) => {
  const table = event.target.closest("table.rows");
  const isBox = event.target.matches("[data-everything]");
  if (!table && !isBox) return;
  const boxes = [...document.querySelectorAll("table.rows tbody input[name=id]")];
  const whole = document.querySelector("[data-everything]");
  if (event.target.matches("[data-all]")) boxes.forEach((box) => (box.checked = event.target.checked));
  if (!isBox && whole) whole.checked = false;
  if (isBox && !event.target.checked) boxes.forEach((box) => (box.checked = false));
  told();
});
document.addEventListener("reset", (event) => event.target.id === "batch" && setTimeout(told));

// A click with Shift selects all rows up to the one clicked before.
let last = null;
document.addEventListener("click", (event) => {
  if (!event.target.matches("table.rows tbody input[name=id]")) return;
  const boxes = [...document.querySelectorAll("table.rows tbody input[name=id]")];
  if (event.shiftKey && last?.isConnected) {
    const [from, to] = [boxes.indexOf(last), boxes.indexOf(event.target)].sort((a, b) => a - b);
    boxes.slice(from, to + 1).forEach((box) => (box.checked = event.target.checked));
  }
  last = event.target;
});

document.addEventListener("keydown", (event) => {
  const bar = document.getElementById("batch");
  if (event.key !== "Escape" || event.defaultPrevented || !bar || getComputedStyle(bar).display === "none") return;
  if (document.querySelector("dialog[open], details.menu[open]")) return;
  if (event.target.matches("input:not([type=checkbox]), textarea, select")) return;
  bar.reset();
});

// Columns: order by dragging, or by Alt and the arrow keys on the box of a column; narrowed by typing.
each("[data-sortable]", async (box) => {
  await asset("sortable");
  if (box.isConnected) new Sortable(box, { handle: ".grip", animation: 120 });
});
document.addEventListener("keydown", (event) => {
  if (!event.altKey || !event.target.matches("[data-movable]") || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
  event.preventDefault();
  const label = event.target.closest("label");
  const beside = event.key === "ArrowUp" ? label.previousElementSibling : label.nextElementSibling;
  if (event.key === "ArrowUp") beside?.before(label);
  else beside?.after(label);
  event.target.focus();
});
document.addEventListener("input", (event) => {
  if (!event.target.matches("[data-narrow]")) return;
  const typed = event.target.value.trim().toLowerCase();
  event.target.closest("form").querySelectorAll("[data-word]").forEach((label) => {
    label.hidden = !label.dataset.word.toLowerCase().includes(typed);
  });
});

// Several options of a selection in one line.
each("select[data-many]", async (select) => {
  await asset("choices");
  if (select.isConnected && !select.tomselect) new TomSelect(select, { plugins: ["remove_button"], allowEmptyOption: false });
});

// Cut text tells the whole of it.
document.addEventListener("pointerover", (event) => {
  const cell = event.target.closest?.("table.rows td");
  if (cell && !cell.title && cell.scrollWidth > cell.clientWidth) cell.title = cell.textContent.trim();
});
