// Lists: search while typing, and selecting rows.

const { asset, each, text } = window.tangram;

let waiting = 0;
document.addEventListener("input", (event) => {
  if (!event.target.matches("[data-find]")) return;
  clearTimeout(waiting);
  const form = event.target.form;
  waiting = setTimeout(() => form.isConnected && form.requestSubmit(), 350);
});
// Who goes somewhere else does not search any more.
document.addEventListener("htmx:beforeRequest", ({ detail }) => detail.target === document.body && clearTimeout(waiting));
// The box keeps focus and cursor over the exchange of the page.
document.addEventListener("htmx:beforeSwap", (event) => {
  const box = document.activeElement;
  if (event.defaultPrevented || !box?.matches?.("[data-find]")) return;
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

// The conditions are told to the server as they change, which draws them anew. Once a button is pressed, no answer to a change
// may come between: it would put another button under the finger, or take the place of what the button sends.
const isConditions = (form) => form?.hasAttribute?.("data-builder");
document.addEventListener("pointerdown", ({ target }) => {
  const form = target.closest("button")?.form;
  if (!isConditions(form)) return;
  window.htmx.trigger(form, "htmx:abort");
  form.dataset.sent = "";
  const letGo = () => setTimeout(() => form.classList.contains("htmx-request") || delete form.dataset.sent);
  document.addEventListener("pointerup", letGo, { once: true });
});
document.addEventListener("htmx:confirm", (event) => {
  const { elt: form, triggeringEvent } = event.detail;
  if (!isConditions(form)) return;
  if (triggeringEvent?.type === "submit") form.dataset.sent = "";
  else if ("sent" in form.dataset) event.preventDefault();
});
document.addEventListener("htmx:afterRequest", ({ target: form, detail }) => {
  if (isConditions(form) && detail.requestConfig.triggeringEvent?.type === "submit") delete form.dataset.sent;
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
document.addEventListener("reset", (event) => {
  // Not its id: the boxes of the rows are called so, and hide that of the form.
  if (!event.target.matches("#batch")) return;
  setTimeout(told);
  const list = event.target.closest(".page.list.selecting");
  list?.classList.remove("selecting");
  list?.querySelector("[data-selecting]")?.setAttribute("aria-pressed", false);
});

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

// On phones rows have no boxes until somebody wants to select: by the button, or by pressing a row long. Then a tap selects.
const PRESS_MS = 500;
const MOVED_PX = 10;
const listOf = (element) => element.closest(".page.list");

/** Show or hide the boxes of all rows; hiding them clears the selection. */
function selecting(list, on) {
  list.classList.toggle("selecting", on);
  list.querySelector("[data-selecting]")?.setAttribute("aria-pressed", on);
  if (!on) document.getElementById("batch")?.reset();
}

function toggleRow(row) {
  const box = row.querySelector("input[name=id]");
  box.checked = !box.checked;
  box.dispatchEvent(new Event("change", { bubbles: true }));
}

let press = 0;
let swallow = false;
let from = null;
document.addEventListener("pointerdown", (event) => {
  const row = event.target.closest?.("table.rows tr[data-id]");
  clearTimeout(press);
  swallow = false;
  if (event.pointerType !== "touch" || !row || listOf(row).classList.contains("selecting")) return;
  from = event;
  press = setTimeout(() => {
    swallow = true;
    selecting(listOf(row), true);
    toggleRow(row);
  }, PRESS_MS);
});
document.addEventListener("pointermove", (event) => {
  if (from && Math.hypot(event.clientX - from.clientX, event.clientY - from.clientY) > MOVED_PX) clearTimeout(press);
});
for (const name of ["pointerup", "pointercancel"]) document.addEventListener(name, () => clearTimeout(press));
document.addEventListener("contextmenu", (event) => swallow && event.preventDefault());
document.addEventListener(
  "click",
  (event) => {
    const row = event.target.closest?.("table.rows tr[data-id]");
    const isSelecting = row && listOf(row).classList.contains("selecting");
    if (row && swallow) {
      event.preventDefault();
      event.stopImmediatePropagation();
      swallow = false;
    } else if (isSelecting && !event.target.closest(".star, input")) {
      event.preventDefault();
      event.stopImmediatePropagation();
      toggleRow(row);
    }
  },
  true,
);
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-selecting]");
  if (button) selecting(listOf(button), button.getAttribute("aria-pressed") !== "true");
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
