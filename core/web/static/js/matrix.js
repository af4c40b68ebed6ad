// The rights matrix: a click on a cell goes through its states; the form gathers the changes and asks who gains and who loses.

const NEXT = { declared: "give", give: "take", take: "declared" };
const FIELD_NEXT = { declared: "hide", hide: "show", show: "edit", edit: "declared" };

function note(cell, key, wish) {
  const form = document.getElementById("matrix-form");
  const box = form.querySelector("[data-changes]");
  cell.dataset.was ??= cell.dataset.wish;
  box.querySelectorAll("input").forEach((input) => input.value.startsWith(`${key}|`) && input.remove());
  cell.dataset.wish = wish;
  const isNew = wish !== cell.dataset.was;
  cell.classList.toggle("new", isNew);
  if (isNew) {
    const input = document.createElement("input");
    input.type = "hidden";
    input.name = "change";
    input.value = `${key}|${wish}`;
    box.append(input);
  }
  document.querySelector("[data-unsaved]").hidden = !box.children.length;
  htmx.trigger(form, "matrix:changed");
}

function turn(cell) {
  const table = cell.closest("[data-matrix]");
  const marks = JSON.parse(table.dataset.marks);
  let wish = NEXT[cell.dataset.wish];
  const declared = cell.dataset.declared === "1";
  // What would change nothing is passed over.
  if ((wish === "give" && declared) || (wish === "take" && !declared)) wish = NEXT[wish];
  const allowed = wish === "declared" ? declared : wish === "give";
  cell.classList.remove("give", "take");
  if (wish !== "declared") cell.classList.add(wish);
  cell.textContent = allowed ? marks[cell.dataset.scope] || "✓" : "–";
  note(cell, cell.dataset.cell, wish);
}

function turnField(cell) {
  const states = JSON.parse(cell.closest("[data-matrix]").dataset.states);
  let wish = FIELD_NEXT[cell.dataset.wish];
  if (wish === cell.dataset.declared) wish = FIELD_NEXT[wish];
  const state = wish === "declared" ? cell.dataset.declared : wish;
  cell.className = `mc-field ${state}${wish === "declared" ? "" : " own"}`;
  cell.textContent = states[state];
  note(cell, cell.dataset.fieldCell, wish);
}

let last = null;
document.addEventListener("click", (event) => {
  const unfold = event.target.closest("[data-unfold]");
  if (unfold) {
    const open = unfold.getAttribute("aria-expanded") !== "true";
    unfold.setAttribute("aria-expanded", open);
    unfold.closest("tbody").querySelectorAll(".fieldrow").forEach((row) => (row.hidden = !open));
    return;
  }
  const field = event.target.closest("[data-field-cell]");
  if (field) return turnField(field);
  const cell = event.target.closest("[data-cell]");
  if (!cell) return;
  const cells = [...document.querySelectorAll("[data-cell]")];
  if (event.shiftKey && last && last !== cell) {
    const column = (each) => each.closest("td").cellIndex;
    const [from, to] = [cells.indexOf(last), cells.indexOf(cell)].sort((a, b) => a - b);
    cells.slice(from, to + 1).filter((each) => each !== last && column(each) === column(cell)).forEach(turn);
  } else turn(cell);
  last = cell;
});

document.addEventListener("keydown", (event) => {
  const cell = event.target.closest?.("[data-cell]");
  const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
  if (!cell || !step) return;
  event.preventDefault();
  const rows = [...cell.closest("table").querySelectorAll("tr")].filter((row) => row.querySelector("[data-cell]"));
  const row = rows.indexOf(cell.closest("tr"));
  const inRow = [...rows[row].querySelectorAll("[data-cell]")];
  const target = step[0] ? rows[row + step[0]]?.querySelectorAll("[data-cell]")[inRow.indexOf(cell)] : inRow[inRow.indexOf(cell) + step[1]];
  target?.focus();
});
