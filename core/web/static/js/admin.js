// Pages of administration: a choice that narrows the page sends its form at once.

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submits]")) event.target.form.requestSubmit();
});
