// The workbench: arranging panels by drag or in the dialog; a panel that fails tells so by itself.

const { asset, csrf, each, text, toast } = window.tangram;

const dialog = () => document.getElementById("arrange");

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-arrange]")) dialog()?.showModal();
  if (event.target.closest("[data-shut]")) event.target.closest("dialog")?.close();
  const button = event.target.closest("[data-move]");
  const row = button?.closest("li");
  if (!row) return;
  const other = button.dataset.move === "1" ? row.nextElementSibling : row.previousElementSibling;
  if (!other) return;
  if (button.dataset.move === "1") other.after(row);
  else other.before(row);
  button.focus();
});

/** Keep the order that dragging made: the dialog's list says it, and is sent as when it is saved there. */
async function keep() {
  const form = document.querySelector("form[data-arranging]");
  const list = form.querySelector("ol");
  for (const part of document.querySelectorAll("[data-panel]")) {
    const row = list.querySelector(`[data-place="${CSS.escape(part.dataset.panel)}"]`);
    if (row) list.append(row);
  }
  const answer = await fetch(form.action, {
    method: "POST",
    redirect: "manual",
    headers: { "X-CSRF-Token": csrf() },
    body: new URLSearchParams(new FormData(form)),
  }).catch(() => null);
  if (answer?.type !== "opaqueredirect") toast(text("failed"), "error");
}

each("[data-sorts]", async (box) => {
  if (!matchMedia("(min-width: 768px)").matches) return;
  await asset("sortable");
  if (!box.isConnected) return;
  Sortable.create(box, { animation: 120, handle: box.classList.contains("wg") ? ".ph" : undefined, draggable: "[data-panel]", onEnd: keep });
});

document.addEventListener("htmx:beforeSwap", (event) => {
  const panel = event.target.closest?.("[data-panel]");
  if (!panel || event.detail.xhr.status < 400) return;
  event.detail.shouldSwap = false;
  const box = document.createElement("div");
  box.className = "msg bad";
  box.setAttribute("role", "alert");
  box.textContent = text("failed");
  try {
    box.textContent = JSON.parse(event.detail.xhr.responseText).detail || box.textContent;
  } catch {
    // Not data: the general text stays.
  }
  panel.querySelector(".pb").replaceChildren(box);
});
