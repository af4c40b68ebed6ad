// Forms: lines that come and go, live preview of computed fields, and nothing lost by accident.

const { csrf, each, text } = window.tangram;
let dirty = null;

function mark(form) {
  dirty = form;
  form.querySelector("[data-dirty]")?.removeAttribute("hidden");
}

function number(lines) {
  const name = lines.dataset.lines;
  lines.querySelectorAll("tbody tr[data-line]").forEach((row, position) => {
    row.querySelectorAll(`[name^="${name}."]`).forEach((input) => {
      const rest = input.name.slice(name.length + 1).replace(/^[^.]+/, position);
      input.name = `${name}.${rest}`;
      if (input.id) input.id = `field-${input.name.replaceAll(".", "-")}`;
    });
  });
}

let next = 100000;
function addLine(lines, after) {
  const blank = lines.querySelector("template[data-blank]");
  if (!blank) return null;
  const row = blank.content.querySelector("tr").cloneNode(true);
  for (const input of row.querySelectorAll("[name], [id]")) {
    if (input.name) input.name = input.name.replace("{n}", next);
    if (input.id) input.id = input.id.replace("{n}", next);
  }
  next += 1;
  const end = lines.querySelector("tbody");
  if (after) after.after(row);
  else end.append(row);
  number(lines);
  htmx.process(row);
  document.dispatchEvent(new CustomEvent("htmx:load", { detail: { elt: row } }));
  row.querySelector("input:not([type=hidden]), select, textarea")?.focus();
  return row;
}

document.addEventListener("click", (event) => {
  const add = event.target.closest("[data-add]");
  const remove = event.target.closest("[data-remove]");
  const lines = (add || remove)?.closest("[data-lines]");
  if (!lines) return;
  const form = lines.closest("form");
  if (add) addLine(lines);
  else {
    remove.closest("tr").remove();
    number(lines);
  }
  mark(form);
  ask(form);
});

document.addEventListener("keydown", (event) => {
  const row = event.target.closest?.("tr[data-line]");
  if (!row || event.isComposing) return;
  const lines = row.closest("[data-lines]");
  const rows = [...lines.querySelectorAll("tr[data-line]")];
  const column = [...row.children].indexOf(event.target.closest("td"));
  const cell = (other) => other?.children[column]?.querySelector("input:not([type=hidden]), select, textarea");
  if (event.key === "Enter" && !event.ctrlKey && event.target.tagName !== "TEXTAREA") {
    event.preventDefault();
    const below = rows[rows.indexOf(row) + 1] || addLine(lines);
    cell(below)?.focus();
  } else if (event.key === "d" && event.ctrlKey) {
    event.preventDefault();
    const above = cell(rows[rows.indexOf(row) - 1]);
    if (above) {
      event.target.value = above.value;
      event.target.dispatchEvent(new Event("input", { bubbles: true }));
    }
  } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && event.target.tagName === "INPUT") {
    const other = cell(rows[rows.indexOf(row) + (event.key === "ArrowDown" ? 1 : -1)]);
    if (other) {
      event.preventDefault();
      other.focus();
      other.select?.();
    }
  }
});

// Rows copied from a spreadsheet fill the cells from the one in focus on.
document.addEventListener("paste", (event) => {
  const row = event.target.closest?.("tr[data-line]");
  const pasted = event.clipboardData.getData("text/plain");
  if (!row || !/[\t\n]/.test(pasted.trim())) return;
  event.preventDefault();
  const lines = row.closest("[data-lines]");
  const first = [...row.children].indexOf(event.target.closest("td"));
  let at = row;
  for (const line of pasted.replace(/\r/g, "").replace(/\n$/, "").split("\n")) {
    at ??= addLine(lines);
    line.split("\t").forEach((value, offset) => {
      const input = at.children[first + offset]?.querySelector("input:not([type=hidden]):not([type=checkbox])");
      if (input) input.value = value.trim();
    });
    at = at.nextElementSibling;
  }
  mark(row.closest("form"));
  ask(row.closest("form"));
});

let waiting = 0;
let asked = 0;
function ask(form) {
  if (!form?.dataset.preview) return;
  clearTimeout(waiting);
  waiting = setTimeout(async () => {
    const mine = ++asked;
    const answer = await fetch(form.dataset.preview, {
      method: "POST",
      headers: { "X-CSRF-Token": csrf(), Accept: "application/json" },
      body: new URLSearchParams(new FormData(form)),
    });
    if (answer.ok && mine === asked && form.isConnected) fill(form, await answer.json());
  }, 250);
}

function fill(form, found) {
  for (const [name, value] of Object.entries(found.fields || {})) {
    form.querySelectorAll(`output[data-show="${CSS.escape(name)}"]`).forEach((shown) => {
      if (!shown.closest("tr[data-line]")) shown.textContent = value;
    });
  }
  for (const [name, texts] of Object.entries(found.lines || {})) {
    const rows = form.querySelectorAll(`[data-lines="${CSS.escape(name)}"] tr[data-line]`);
    texts.forEach((values, position) => {
      for (const [column, value] of Object.entries(values)) {
        const shown = rows[position]?.querySelector(`output[data-show="${CSS.escape(column)}"]`);
        if (shown) shown.textContent = value;
      }
    });
  }
  for (const [ref, conditions] of Object.entries(found.nodes || {})) {
    for (const part of form.querySelectorAll(`[data-node="${CSS.escape(ref)}"]`)) {
      if ("visible" in conditions) part.hidden = !conditions.visible;
      const input = part.querySelector("input, select, textarea");
      if (input && "required" in conditions) input.required = conditions.required;
    }
  }
}

document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-form]");
  if (!form) return;
  mark(form);
  ask(form);
});
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-form]");
  if (form) ask(form);
});

// What was typed is not lost by leaving, unless it is meant.
addEventListener("beforeunload", (event) => {
  if (dirty?.isConnected) event.preventDefault();
});
document.addEventListener("htmx:beforeRequest", (event) => {
  if (!dirty?.isConnected || event.target === dirty || event.target.closest("[data-cancel]")) return;
  if (event.detail.boosted && !confirm(text("unsaved"))) event.preventDefault();
});
document.addEventListener("htmx:afterSwap", () => {
  if (!dirty?.isConnected) dirty = null;
});
// A double click on a value leads to its input.
document.addEventListener("dblclick", (event) => {
  const value = event.target.closest(".dv[data-field]");
  const edit = document.querySelector(".fh [data-key=e]");
  if (!value || !edit || event.target.closest("a")) return;
  sessionStorage.setItem("tangram.focus", value.dataset.field);
  edit.click();
});
each("form[data-form]", (form) => {
  const wanted = sessionStorage.getItem("tangram.focus");
  sessionStorage.removeItem("tangram.focus");
  const input = wanted && form.querySelector(`[name="${CSS.escape(wanted)}"]:not([type=hidden])`);
  if (input) {
    setTimeout(() => (input.tomselect || input).focus(), 50);
    return;
  }
  const summary = form.querySelector("[data-summary]");
  if (summary) {
    mark(form);
    summary.focus();
  } else if (matchMedia("(min-width: 768px)").matches) {
    form.querySelector(".fbody input:not([type=hidden]):not([readonly]), .fbody textarea")?.focus({ preventScroll: true });
  }
});
