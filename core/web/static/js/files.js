// Files of a record: dropped on the panel beside it, or chosen for a field; each is sent at once, with its progress.

const { csrf, each, text, toast } = window.tangram;

/** Send one file; resolves to what the server keeps of it. */
async function send(file, values) {
  const form = new FormData();
  for (const [name, value] of Object.entries(values)) form.append(name, value);
  form.append("file", file);
  const answer = await fetch("/files", { method: "POST", headers: { "X-CSRF-Token": csrf(), Accept: "application/json" }, body: form });
  const found = await answer.json();
  if (!answer.ok) throw new Error(found.detail || text("failed"));
  return found;
}

async function attach(zone, files) {
  const values = JSON.parse(zone.dataset.attach);
  zone.classList.add("over");
  for (const file of files) {
    try {
      await send(file, values);
    } catch (error) {
      toast(`${file.name}: ${error.message}`, "error");
    }
  }
  const side = zone.closest("[hx-get]");
  await htmx.ajax("GET", side.getAttribute("hx-get"), { target: side, swap: "innerHTML" });
  side.querySelector("#tab-side-files")?.click();
}

each("[data-attach]", (zone) => {
  zone.addEventListener("dragover", (event) => {
    event.preventDefault();
    zone.classList.add("over");
  });
  zone.addEventListener("dragleave", () => zone.classList.remove("over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    attach(zone, event.dataTransfer.files);
  });
  zone.querySelector("input").addEventListener("change", (event) => {
    event.stopPropagation();
    attach(zone, event.target.files);
  });
});

each("[data-upload] input[type=file]", (input) => {
  input.addEventListener("change", async () => {
    const box = input.closest("[data-upload]");
    if (!input.files.length) return;
    try {
      const kept = await send(input.files[0], {});
      box.querySelector("input[type=hidden]").value = kept.id;
      box.querySelector("[data-name]").textContent = kept.name;
    } catch (error) {
      toast(error.message, "error");
    }
    input.value = "";
  });
});
