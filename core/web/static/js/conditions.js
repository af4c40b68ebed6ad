// Fields that hold conditions: put together in a dialog that the server draws, kept as text in the form.

const { changed, text, toast } = window.tangram;
let asking = null;

function tell(field, words) {
  const place = field.querySelector("[data-condition-words]");
  place.value = words || place.dataset.none;
}

function open(field, model) {
  const dialog = document.createElement("dialog");
  dialog.className = "wide";
  dialog.setAttribute("aria-labelledby", "chooser-title");
  document.body.append(dialog);
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("htmx:beforeSwap", ({ detail }) => {
    if (detail.xhr.status < 400) return;
    detail.shouldSwap = false;
    toast(text("no_conditions"), "error");
  });
  asking = { field, dialog };
  const domain = encodeURIComponent(field.querySelector("textarea").value.trim());
  const address = `/records/${model}/conditions/choose?domain=${domain}`;
  window.htmx.ajax("GET", address, { target: dialog, swap: "innerHTML" }).then(() => {
    if (!dialog.childElementCount) return dialog.remove();
    dialog.showModal();
    // By itself the dialog focuses its first button, whose value then goes along with each change.
    dialog.querySelector("[name='mode']").focus();
  });
}

document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-choose-conditions]");
  if (target.closest("[data-shut]")) target.closest("dialog.wide")?.close();
  if (!button) return;
  const input = button.form?.elements[button.dataset.modelInput];
  const model = input ? input.value : button.dataset.chooseConditions;
  if (model) open(button.closest("[data-conditions]"), model);
  else input?.focus();
});

document.addEventListener("tangram:conditions", ({ detail }) => {
  if (!asking) return;
  const { field, dialog } = asking;
  const input = field.querySelector("textarea");
  input.value = detail.domain;
  tell(field, detail.words);
  dialog.close();
  asking = null;
  input.dispatchEvent(new Event("input", { bubbles: true }));
  input.dispatchEvent(new Event("change", { bubbles: true }));
  changed(input.form);
});

// Whoever writes the text by hand sees it instead of words that no longer say what it says.
document.addEventListener("input", ({ target, isTrusted }) => {
  const field = isTrusted && target.closest("[data-conditions]");
  if (field) tell(field, target.value.trim());
});
