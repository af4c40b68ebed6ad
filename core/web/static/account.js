// The account pages: show a password, and say when caps lock is on. Without this the pages work the same.
for (const field of document.querySelectorAll("[data-password]")) {
  const input = field.querySelector("input");
  const button = field.querySelector("button");
  const hint = field.querySelector("[data-caps-hint]");
  button.hidden = false;
  button.addEventListener("click", () => {
    const isShown = input.type === "password";
    input.type = isShown ? "text" : "password";
    button.setAttribute("aria-pressed", String(isShown));
    button.setAttribute("aria-label", isShown ? field.dataset.hide : field.dataset.show);
    input.focus();
  });
  const tell = (event) => {
    const isOn = typeof event.getModifierState === "function" && event.getModifierState("CapsLock");
    hint.hidden = !isOn;
    hint.textContent = isOn ? field.dataset.caps : "";
  };
  input.addEventListener("keydown", tell);
  input.addEventListener("keyup", tell);
  input.addEventListener("blur", () => { hint.hidden = true; });
}
