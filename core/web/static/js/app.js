// What every page's scripts share, as window.tangram: texts, assets, toasts, and running code on new parts of a page.

const body = document.body;

export const text = (name, values = {}) =>
  Object.entries(values).reduce(
    (words, [key, value]) => words.replace(`%(${key})s`, value),
    JSON.parse(body.dataset.texts || "{}")[name] || name,
  );

const loading = {};

/** Load a script that only some pages need; resolves once it is there. */
export function asset(name) {
  const url = JSON.parse(body.dataset.assets || "{}")[name];
  loading[name] ??= new Promise((done, fail) => {
    const script = document.createElement("script");
    script.src = url;
    script.onload = done;
    script.onerror = fail;
    document.head.append(script);
  });
  return loading[name];
}

export const csrf = () => JSON.parse(body.getAttribute("hx-headers") || "{}")["X-CSRF-Token"] || "";

/** Run `work(element)` on every element with this selector, now and whenever a part of the page is exchanged. */
export function each(selector, work) {
  const run = (root) => {
    if (root.matches?.(selector)) work(root);
    root.querySelectorAll?.(selector).forEach(work);
  };
  run(document);
  document.addEventListener("htmx:load", (event) => run(event.detail.elt));
}

export function toast(words, kind = "done") {
  const box = document.createElement("div");
  box.className = `toast ${kind}`;
  const span = document.createElement("span");
  span.className = "sp";
  span.textContent = words;
  const close = document.createElement("button");
  close.className = "ib s";
  close.type = "button";
  close.dataset.close = "";
  close.setAttribute("aria-label", text("close"));
  close.textContent = "×";
  box.append(span, close);
  document.getElementById("toasts").append(box);
  if (kind === "done") setTimeout(() => box.remove(), 6000);
}

window.tangram = { asset, csrf, each, text, toast };

each("[data-fades]", (box) => setTimeout(() => box.remove(), 6000));

document.addEventListener("click", (event) => {
  const close = event.target.closest("[data-close]");
  if (close) close.closest(".toast, dialog")?.remove();
  const row = event.target.closest("tr[data-url]");
  if (row && !event.target.closest("a, button, input, label, select") && !getSelection().toString()) {
    row.querySelector("a.nm")?.click();
  }
  if (event.target.closest("[data-print]")) window.print();
});

// A failed request must not look as if it had worked.
for (const name of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(name, () => toast(text("failed"), "error"));
}
// Of several pages asked for, the newest is meant: the answer to a search must not take the place of the record tapped meanwhile.
let newest = null;
document.addEventListener("htmx:beforeRequest", ({ detail }) => {
  if (detail.target === body) newest = detail.xhr;
});
document.addEventListener("htmx:beforeSwap", (event) => {
  const { target, xhr, requestConfig } = event.detail;
  if (target === body && xhr !== newest && requestConfig?.verb === "get") event.preventDefault();
});
// The new page's theme, language and token stand on elements that a swap of the body's content does not exchange.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.defaultPrevented || event.detail.target !== body || !event.detail.serverResponse) return;
  const page = new DOMParser().parseFromString(event.detail.serverResponse, "text/html");
  for (const [from, to] of [[page.documentElement, document.documentElement], [page.body, body]]) {
    for (const { name, value } of [...from.attributes]) to.setAttribute(name, value);
  }
});

/** Ask before something that can't be undone; resolves to whether it was confirmed. */
export function ask(question, verb, danger = true) {
  return new Promise((answer) => {
    const dialog = document.createElement("dialog");
    const form = document.createElement("form");
    form.method = "dialog";
    const head = document.createElement("h2");
    head.textContent = question;
    const end = document.createElement("div");
    end.className = "end";
    const no = document.createElement("button");
    no.className = "btn g";
    no.value = "no";
    no.textContent = text("cancel");
    const yes = document.createElement("button");
    yes.className = danger ? "btn d fill" : "btn p";
    yes.value = "yes";
    yes.textContent = verb;
    end.append(no, yes);
    form.append(head, end);
    dialog.append(form);
    body.append(dialog);
    dialog.addEventListener("close", () => {
      dialog.remove();
      answer(dialog.returnValue === "yes");
    });
    dialog.showModal();
  });
}
window.tangram.ask = ask;

document.addEventListener(
  "click",
  async (event) => {
    const button = event.target.closest("[data-confirm]");
    if (!button || button.dataset.confirmed) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (await ask(button.dataset.confirm, button.textContent.trim())) {
      button.dataset.confirmed = "1";
      button.click();
      delete button.dataset.confirmed;
    }
  },
  true,
);
