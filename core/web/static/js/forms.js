// Forms: live preview of computed fields, and nothing lost by accident.

const { ask: question, csrf, each, text } = window.tangram;
let dirty = null;

function mark(form) {
  dirty = form;
  form.querySelector("[data-dirty]")?.removeAttribute("hidden");
}

let waiting = 0;
let asked = 0;
function preview(form) {
  if (!form?.dataset.preview) return;
  clearTimeout(waiting);
  // An answer to what stood there before this change must not overwrite it.
  const mine = ++asked;
  waiting = setTimeout(async () => {
    const answer = await fetch(form.dataset.preview, {
      method: "POST",
      headers: { "X-CSRF-Token": csrf(), Accept: "application/json" },
      body: new URLSearchParams(new FormData(form)),
    });
    if (answer.ok && mine === asked && form.isConnected) fill(form, await answer.json());
  }, 250);
}

/** Say that something in a form was changed by a script: it is not saved yet, and what depends on it is asked for. */
function changed(form) {
  mark(form);
  preview(form);
  form.dispatchEvent(new CustomEvent("tangram:changed", { bubbles: true }));
}
window.tangram.changed = changed;
window.tangram.mark = mark;

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
  for (const [name, rows] of Object.entries(found.filled || {})) {
    const held = form.querySelectorAll(`[data-lines="${CSS.escape(name)}"] tr[data-line]`);
    rows.forEach((values, position) => {
      for (const [column, filled] of Object.entries(values)) {
        const input = held[position]?.querySelector(`[name="${CSS.escape(`${name}.${position}.${column}`)}"]`);
        if (input) put(input, filled);
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

/** Put into an input what the server filled in; what somebody is typing stays. */
function put(input, filled) {
  if (input === document.activeElement || input.tomselect?.isFocused) return;
  input.dataset.filled = filled.value;
  if (input.matches("select[data-choices]")) {
    if (input.value !== filled.value) window.tangram.lines.pick(input, filled.value, filled.text, true);
  } else input.value = filled.value;
}

// What was filled in and not changed since is not sent, so that another product brings its own price.
document.addEventListener("formdata", (event) => {
  for (const input of event.target.querySelectorAll("[data-filled]")) {
    if (input.name && input.value === input.dataset.filled) event.formData.set(input.name, "");
  }
});

document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-form]");
  if (!form || event.target.closest(".ts-control, .ts-dropdown")) return;
  mark(form);
  preview(form);
});
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-form]");
  if (form) preview(form);
});

// What was typed is not lost by leaving, unless it is meant.
addEventListener("beforeunload", (event) => {
  if (dirty?.isConnected) event.preventDefault();
});
document.addEventListener("htmx:confirm", async (event) => {
  const from = event.detail.elt;
  if (!dirty?.isConnected || from === dirty || from.closest("[data-cancel], dialog") || !from.matches("a[href], form[action]")) return;
  event.preventDefault();
  if (await question(text("unsaved"), text("leave"))) event.detail.issueRequest(true);
});
document.addEventListener("htmx:afterSwap", () => {
  if (!dirty?.isConnected) dirty = null;
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
    // What shows and what is required follows from what was typed, which the server has put into the inputs only.
    preview(form);
    summary.focus();
  } else if (matchMedia("(min-width: 768px)").matches) {
    // No selection box: it would unfold over the form.
    form.querySelector(".fbody :is(input.inp, textarea.inp):not([readonly])")?.focus({ preventScroll: true });
  }
});
