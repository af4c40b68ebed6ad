// Drafts: what was typed into a form survives a closed tab. Kept in the browser's storage for each user and record, offered when the form is
// opened again, gone once it is saved, given up or older than a week, or the user logs out. No files, no passwords.

const { changed, each, lines: rows } = window.tangram;
const STORE = "tangram.draft.";
const WEEK_MS = 7 * 24 * 3600 * 1000;
const LONGEST = 200_000;
const NEVER = "[type=password], [type=file], [data-upload] input, [name=csrf_token], [name=version]";

const keyOf = (form) => STORE + form.dataset.draft;

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

function forget(key) {
  try {
    localStorage.removeItem(key);
  } catch {
    // Without storage there are no drafts.
  }
}

/** Return the keys of all drafts that begin so. */
const keys = (start) => {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(start));
  } catch {
    return [];
  }
};

/** What stands in the inputs: pairs of name and value, a choice of a selection box with its words. */
function typed(form) {
  const found = [];
  for (const input of form.elements) {
    if (!input.name || input.tagName === "BUTTON" || input.matches(NEVER) || input.closest("template")) continue;
    if (input.type === "checkbox" || input.type === "radio") {
      if (input.checked) found.push([input.name, input.value]);
    } else if (input.tagName === "SELECT") {
      for (const option of input.selectedOptions) {
        found.push([input.name, option.value, input.tomselect?.options[option.value]?.text ?? option.text]);
      }
    } else found.push([input.name, input.value]);
  }
  return found;
}

let waiting = 0;
let pending = null;
function keep() {
  clearTimeout(waiting);
  const form = pending;
  pending = null;
  if (!form?.isConnected) return;
  const draft = JSON.stringify({ at: Date.now(), version: form.elements.version?.value, typed: typed(form) });
  if (draft.length > LONGEST) return;
  try {
    localStorage.setItem(keyOf(form), draft);
  } catch {
    // The storage is full or switched off: the form works all the same.
  }
}

function later(event) {
  const form = event.target.closest("form[data-draft]");
  if (!form || event.target.closest(".ts-control")) return;
  pending = form;
  clearTimeout(waiting);
  waiting = setTimeout(keep, 800);
}
document.addEventListener("input", later);
document.addEventListener("tangram:changed", later);
addEventListener("pagehide", keep);
document.addEventListener("htmx:beforeSwap", (event) => {
  const form = event.detail.requestConfig?.elt;
  keep();
  if (form?.matches?.("form[data-draft]") && event.detail.xhr.status < 400) forget(keyOf(form));
});
document.addEventListener("click", (event) => {
  const form = event.target.closest("[data-cancel]")?.closest("form[data-draft]");
  if (!form) return;
  pending = null;
  forget(keyOf(form));
});
document.addEventListener("submit", (event) => {
  const user = event.target.dataset.logout;
  if (!user) return;
  pending = null;
  keys(`${STORE}${user}.`).forEach(forget);
});
for (const key of keys(STORE)) if (!(Date.now() - read(key)?.at < WEEK_MS)) forget(key);

function fill(input, values) {
  if (input.type === "checkbox" || input.type === "radio") input.checked = values.some(([, value]) => value === input.value);
  else if (input.matches("select[data-choices]")) {
    if (input.tomselect) input.tomselect.clear(true);
    else for (const option of input.options) option.selected = false;
    for (const [, value, words] of values) if (value) rows.pick(input, value, words);
  } else if (input.multiple) for (const option of input.options) option.selected = values.some(([, value]) => value === option.value);
  else if (input.type !== "hidden" && values.length) input.value = values[values.length - 1][1];
}

/** Make the rows of a draft: those still there in its order, new ones anew. */
function restoreRows(lines, byName) {
  const name = lines.dataset.lines;
  if (!byName.has(`${name}.sent`)) return;
  const idOf = (row) => row.querySelector('input[type=hidden][name$=".id"]')?.value;
  const there = new Map(rows.rowsOf(lines).map((row) => [idOf(row), row]));
  there.forEach((row) => row.remove());
  const positions = new Set();
  for (const key of byName.keys()) if (key.startsWith(`${name}.`)) positions.add(key.slice(name.length + 1).split(".")[0]);
  for (const position of [...positions].filter((each) => /^\d+$/.test(each)).sort((a, b) => a - b)) {
    const number = byName.get(`${name}.${position}.id`)?.[0][1];
    const row = number ? there.get(number) : rows.addRow(lines);
    if (!row) continue;
    lines.querySelector("tbody").append(row);
    for (const input of row.querySelectorAll("[name]")) {
      const values = byName.get(`${name}.${position}.${input.name.split(".").slice(2).join(".")}`);
      if (input.type === "hidden" && input.name.endsWith(`.${lines.dataset.order}`) && values) input.value = values[0][1];
      else fill(input, values || []);
    }
    if (!number) rows.enliven(row);
  }
  rows.number(lines);
}

function restore(form, draft) {
  const byName = new Map();
  for (const entry of draft.typed) byName.set(entry[0], [...(byName.get(entry[0]) || []), entry]);
  for (const lines of form.querySelectorAll("[data-lines]")) restoreRows(lines, byName);
  for (const input of form.elements) {
    if (!input.name || input.matches(NEVER) || input.closest("[data-lines]")) continue;
    if (byName.has(input.name) || input.type === "checkbox") fill(input, byName.get(input.name) || []);
  }
  // Somebody else's change since then is told when it is saved.
  if (draft.version && form.elements.version) form.elements.version.value = draft.version;
  changed(form);
}

each("form[data-draft]", (form) => {
  const bar = form.querySelector("[data-draft-offer]");
  const draft = read(keyOf(form));
  if (!bar || !draft?.typed || form.querySelector("[role=alert]")) return;
  const when = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short" });
  const words = bar.querySelector("[data-words]");
  words.textContent = words.dataset.words.replace("{when}", when.format(draft.at));
  bar.hidden = false;
  bar.addEventListener("click", (event) => {
    const button = event.target.closest("[data-restore], [data-discard]");
    if (!button) return;
    bar.hidden = true;
    if ("restore" in button.dataset) restore(form, draft);
    else forget(keyOf(form));
  });
});
