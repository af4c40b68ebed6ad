// The import: a file dropped on its place is chosen, and a page that waits goes on when the work is done.

document.addEventListener("change", (event) => {
  const place = event.target.closest("[data-ex-drop]");
  if (place && event.target.files.length) place.querySelector("[data-ex-name]").textContent = event.target.files[0].name;
});

for (const kind of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(kind, (event) => {
    const place = event.target instanceof Element && event.target.closest("[data-ex-drop]");
    if (!place) return;
    event.preventDefault();
    place.classList.toggle("over", kind === "dragover");
    if (kind !== "drop" || !event.dataTransfer.files.length) return;
    const input = place.querySelector("input");
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

document.addEventListener("htmx:afterSwap", () => {
  const over = document.querySelector("[data-ex-over]");
  if (over) over.click();
});
