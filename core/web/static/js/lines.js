// Lines of a form: added, removed, put in order, filled from the row above or from a spreadsheet.

const { asset, changed, each, text, toast } = window.tangram;
const INPUT = "input:not([type=hidden]), select, textarea";
const rowsOf = (lines) => [...lines.querySelectorAll("tr[data-line]")];
const focusOn = (input) => (input?.tomselect || input)?.focus();

/** Name the inputs by the place of their row, and keep the field that holds the order rising. */
function number(lines) {
  const name = lines.dataset.lines;
  rowsOf(lines).forEach((row, position) => {
    row.querySelectorAll(`[name^="${name}."]`).forEach((input) => {
      const rest = input.name.slice(name.length + 1).replace(/^[^.]+/, position);
      input.name = `${name}.${rest}`;
      if (input.id) input.id = `field-${input.name.replaceAll(".", "-")}`;
    });
  });
  keepOrder(lines);
}

// Numbers change only where they do not rise already, so that adding a line writes no other.
function keepOrder(lines) {
  if (!lines.dataset.order) return;
  const places = rowsOf(lines).map((row) => ({
    input: row.querySelector(`[name$=".${lines.dataset.order}"]`),
    id: Number(row.querySelector('input[type=hidden][name$=".id"]')?.value || Infinity),
  }));
  const rises = places.every(({ input, id }, at) => {
    const before = places[at - 1];
    const difference = before ? Number(input.value) - Number(before.input.value) : 1;
    return difference > 0 || (difference === 0 && before.id <= id);
  });
  if (!rises) places.forEach(({ input }, at) => (input.value = (at + 1) * 10));
}

let next = 100000;
function addRow(lines) {
  const blank = lines.querySelector("template[data-blank]");
  if (!blank) return null;
  const row = blank.content.querySelector("tr").cloneNode(true);
  for (const input of row.querySelectorAll("[name], [id]")) {
    if (input.name) input.name = input.name.replace("{n}", next);
    if (input.id) input.id = input.id.replace("{n}", next);
  }
  next += 1;
  lines.querySelector("tbody").append(row);
  return row;
}

/** Run what every page runs on new parts of it. */
function enliven(row) {
  htmx.process(row);
  document.dispatchEvent(new CustomEvent("htmx:load", { detail: { elt: row } }));
}

function addLine(lines) {
  const row = addRow(lines);
  if (!row) return null;
  number(lines);
  enliven(row);
  focusOn(row.querySelector(INPUT));
  return row;
}

function removeLine(lines, row) {
  const beside = row.nextElementSibling || row.previousElementSibling;
  row.remove();
  number(lines);
  (beside?.querySelector("[data-remove]") || lines.querySelector("[data-add]"))?.focus();
}

/** Put a choice into a selection box, whether it searches already or not. */
function pick(select, id, words, isSilent = false) {
  const box = select.tomselect;
  if (box) {
    box.addOption({ id, text: words });
    box.addItem(id, isSilent);
  } else {
    const known = [...select.options].find((option) => option.value === id);
    if (known) known.selected = true;
    else select.append(new Option(words, id, true, true));
  }
}

function copyDown(from, to) {
  if (from.matches("select[data-choices]")) {
    const option = from.selectedOptions[0];
    if (option?.value) pick(to, option.value, from.tomselect?.options[option.value]?.text ?? option.text);
  } else if (from.type === "checkbox") to.checked = from.checked;
  else to.value = from.value;
  to.dispatchEvent(new Event("input", { bubbles: true }));
}

function move(lines, row, up) {
  const beside = up ? row.previousElementSibling : row.nextElementSibling;
  if (!beside) return;
  const at = document.activeElement;
  if (up) beside.before(row);
  else beside.after(row);
  at.focus();
  number(lines);
  changed(lines.closest("form"));
}

document.addEventListener("click", (event) => {
  const add = event.target.closest("[data-add]");
  const remove = event.target.closest("[data-remove]");
  const lines = (add || remove)?.closest("[data-lines]");
  if (!lines) return;
  if (add) addLine(lines);
  else removeLine(lines, remove.closest("tr"));
  changed(lines.closest("form"));
});

document.addEventListener("keydown", (event) => {
  const row = event.target.closest?.("tr[data-line]");
  if (!row || event.isComposing || event.defaultPrevented) return;
  const lines = row.closest("[data-lines]");
  const rows = rowsOf(lines);
  const at = rows.indexOf(row);
  const column = [...row.children].indexOf(event.target.closest("td"));
  const cell = (other) => other?.children[column]?.querySelector(INPUT);
  const isVertical = event.key === "ArrowDown" || event.key === "ArrowUp";
  if (event.altKey && isVertical && lines.dataset.order) {
    event.preventDefault();
    move(lines, row, event.key === "ArrowUp");
  } else if (event.key === "Enter" && !event.ctrlKey && !event.metaKey && !event.target.matches("textarea, button")) {
    event.preventDefault();
    // A new line begins at its first input.
    if (rows[at + 1]) focusOn(cell(rows[at + 1]));
    else addLine(lines);
  } else if (event.key === "d" && event.ctrlKey) {
    event.preventDefault();
    const above = cell(rows[at - 1]);
    if (above) copyDown(above, cell(row));
  } else if (isVertical && !event.altKey && event.target.tagName === "INPUT" && event.target.type !== "date") {
    const other = cell(rows[at + (event.key === "ArrowDown" ? 1 : -1)]);
    if (!other) return;
    event.preventDefault();
    focusOn(other);
    other.select?.();
  }
});

each("[data-lines][data-order]", async (lines) => {
  await asset("sortable");
  if (!lines.isConnected) return;
  new Sortable(lines.querySelector("tbody"), {
    handle: ".grip",
    draggable: "tr[data-line]",
    animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 120,
    onEnd() {
      number(lines);
      changed(lines.closest("form"));
    },
  });
});

/** Choose by what a spreadsheet says; resolves to whether there is exactly one such choice. */
async function choose(select, words) {
  if (!select.dataset.choices) {
    const option = [...select.options].find((each) => each.text.trim() === words);
    if (option) select.value = option.value;
    return Boolean(option);
  }
  const url = new URL(select.dataset.choices, location.href);
  url.searchParams.set("q", words);
  const answer = await fetch(url, { headers: { Accept: "application/json" } });
  const found = answer.ok ? (await answer.json()).choices.filter((choice) => choice.text === words) : [];
  if (found.length === 1) pick(select, String(found[0].id), found[0].text);
  return found.length === 1;
}

/** Put a text into the input of a cell; resolves to whether it fits. */
async function put(cell, words) {
  const input = cell?.querySelector(INPUT);
  if (!input || !words) return true;
  if (input.tagName === "SELECT") return choose(input, words);
  if (input.type === "checkbox") {
    input.checked = /^(1|x|✓|√|y|yes|true|是)$/i.test(words);
    return true;
  }
  if (input.type === "date") {
    const parts = words.match(/^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})/) || [];
    input.value = parts.slice(1).map((part) => part.padStart(2, "0")).join("-");
    return Boolean(input.value);
  }
  input.value = words;
  return true;
}

// Rows copied from a spreadsheet fill the cells from the one in focus on.
document.addEventListener("paste", async (event) => {
  const row = event.target.closest?.("tr[data-line]");
  const pasted = event.clipboardData.getData("text/plain");
  if (!row || !/[\t\n]/.test(pasted.trim())) return;
  event.preventDefault();
  const lines = row.closest("[data-lines]");
  const first = [...row.children].indexOf(event.target.closest("td"));
  const work = [];
  let at = row;
  for (const line of pasted.replace(/\r/g, "").replace(/\n$/, "").split("\n")) {
    const isNew = !at;
    at ??= addRow(lines);
    if (!at) break;
    line.split("\t").forEach((words, offset) => work.push([at.children[first + offset], words.trim()]));
    if (isNew) enliven(at);
    at = at.nextElementSibling;
  }
  number(lines);
  let refused = 0;
  for (const [cell, words] of work) if (!(await put(cell, words))) refused += 1;
  if (refused) toast(text("not_pasted", { count: refused }), "error");
  changed(lines.closest("form"));
});

window.tangram.lines = { addRow, enliven, number, pick, rowsOf };
