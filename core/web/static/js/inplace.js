// One value changed where it stands: its input comes from the form for changing and is sent to the same address, so rights, checks and what
// is said of a fault are those of the form.

const { text } = window.tangram;

function button(kind, words, sign) {
  const made = document.createElement("button");
  made.className = `btn s ${kind}`;
  made.textContent = sign;
  made.title = words;
  made.setAttribute("aria-label", words);
  return made;
}

function close(value) {
  const own = value.querySelector("form");
  if (!own) return;
  own.nextElementSibling.hidden = false;
  own.remove();
  value.classList.remove("open");
  value.querySelector("[data-pen]")?.focus();
}

/** Return a form that holds the input of a field and what has to be sent with it. */
function formOf(page, name) {
  const whole = page.querySelector("form[data-form]");
  const input = whole?.querySelector(`.fld [name="${CSS.escape(name)}"]`);
  if (!input) return null;
  const own = document.createElement("form");
  own.className = "inplace";
  own.method = "post";
  own.action = whole.getAttribute("action");
  own.noValidate = true;
  own.dataset.inplace = "";
  own.autocomplete = "off";
  const field = document.importNode(input.closest(".fld"), true);
  field.querySelector("label").className = "sr";
  const no = button("g", text("cancel"), "×");
  no.type = "button";
  no.dataset.undo = "";
  own.append(...[...whole.querySelectorAll(":scope > input[type=hidden]")].map((each) => document.importNode(each)), field, button("p", text("save"), "✓"), no);
  return own;
}

async function open(value) {
  const edit = document.querySelector(".fh [data-key=e]");
  if (!edit || !value.querySelector("[data-pen]") || value.querySelector("form")) return;
  for (const other of document.querySelectorAll(".dv.open")) close(other);
  const name = value.dataset.field;
  const answer = await fetch(edit.href, { headers: { Accept: "text/html" } });
  const own = answer.ok ? formOf(new DOMParser().parseFromString(await answer.text(), "text/html"), name) : null;
  if (!own || !value.isConnected) {
    sessionStorage.setItem("tangram.focus", name);
    return edit.click();
  }
  const shown = value.querySelector(".vl > *");
  shown.hidden = true;
  shown.before(own);
  value.classList.add("open");
  htmx.process(own);
  // It stands inside the form of the page, which must not send itself too.
  own.addEventListener("submit", (event) => event.stopPropagation());
  document.dispatchEvent(new CustomEvent("htmx:load", { detail: { elt: own } }));
  const input = own.querySelector(".fld input:not([type=hidden]), .fld select, .fld textarea");
  setTimeout(() => {
    (input.tomselect || input).focus();
    input.select?.();
  }, 50);
}

document.addEventListener("dblclick", (event) => {
  const value = event.target.closest(".dv[data-field]");
  if (value && !event.target.closest("a, form.inplace")) open(value);
});
document.addEventListener("click", (event) => {
  const value = event.target.closest("[data-pen], [data-undo]")?.closest(".dv");
  if (!value) return;
  if (event.target.closest("[data-pen]")) open(value);
  else close(value);
});
document.addEventListener("keydown", (event) => {
  const value = event.target.closest?.("form[data-inplace]")?.closest(".dv");
  if (value && event.key === "Escape" && !event.defaultPrevented) close(value);
});
