// The discussion beside a record: Ctrl+Enter sends, @ offers colleagues, what was typed survives a click elsewhere.

const { each, mark } = window.tangram;
const TYPED = /(?:^|[^A-Za-z0-9._%+-])@([^\s@]{0,40})$/;
const MAIN = ".dc-first textarea";

let list = null; // the colleagues offered: the element, its textarea, and what was found
let asked = 0;

function close() {
  list?.box.remove();
  list?.area.removeAttribute("aria-activedescendant");
  list?.area.setAttribute("aria-expanded", "false");
  list = null;
}

function choose(at) {
  const options = [...list.box.children];
  list.at = (at + options.length) % options.length;
  options.forEach((option, place) => option.setAttribute("aria-selected", String(place === list.at)));
  options[list.at].scrollIntoView({ block: "nearest" });
  list.area.setAttribute("aria-activedescendant", options[list.at].id);
}

function take(at) {
  const { area, people, typed } = list;
  const end = area.selectionStart;
  close();
  area.focus();
  area.setRangeText(`${people[at].insert} `, end - typed.length, end, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

function show(area, people, typed) {
  close();
  if (!people.length && !typed) return;
  const box = document.createElement("ul");
  box.className = "dc-people";
  box.id = "dc-people";
  box.setAttribute("role", "listbox");
  box.setAttribute("aria-label", area.getAttribute("aria-label"));
  people.forEach((person, place) => {
    const option = document.createElement("li");
    option.id = `dc-person-${place}`;
    option.setAttribute("role", "option");
    const name = document.createElement("span");
    name.textContent = person.name;
    const login = document.createElement("span");
    login.className = "mut3 sm";
    login.textContent = person.login;
    option.append(name, login);
    option.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      take(place);
    });
    box.append(option);
  });
  if (!people.length) {
    const none = document.createElement("li");
    none.className = "mut sm";
    none.textContent = area.dataset.nobody;
    box.append(none);
  }
  area.after(box);
  area.setAttribute("aria-expanded", "true");
  list = { box, area, people, typed };
  if (people.length) choose(0);
}

async function offer(area) {
  const mine = ++asked;
  const found = area.value.slice(0, area.selectionStart).match(TYPED);
  if (!found) return close();
  const answer = await fetch(`${area.dataset.people}?q=${encodeURIComponent(found[1])}`, { headers: { Accept: "application/json" } });
  if (!answer.ok || mine !== asked || document.activeElement !== area) return;
  show(area, (await answer.json()).people, found[1]);
}

each(".dc textarea", (area) => {
  area.setAttribute("role", "combobox");
  area.setAttribute("aria-autocomplete", "list");
  area.setAttribute("aria-haspopup", "listbox");
  area.setAttribute("aria-expanded", "false");
  area.setAttribute("aria-controls", "dc-people");
});

document.addEventListener("input", (event) => {
  const area = event.target.closest?.(".dc textarea");
  if (area) {
    mark(area.form);
    offer(area);
  }
});
document.addEventListener("focusout", (event) => {
  if (list && event.target === list.area) close();
});
document.addEventListener(
  "keydown",
  (event) => {
    const area = event.target.closest?.(".dc textarea");
    if (!area || event.isComposing) return;
    if (list && !list.people.length) close();
    if (list && ["ArrowDown", "ArrowUp", "Enter", "Tab", "Escape"].includes(event.key)) {
      event.preventDefault();
      event.stopPropagation();
      if (event.key === "Escape") close();
      else if (event.key.startsWith("Arrow")) choose(list.at + (event.key === "ArrowDown" ? 1 : -1));
      else take(list.at);
    } else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      event.stopPropagation();
      area.form.requestSubmit();
    }
  },
  true,
);

document.addEventListener("change", (event) => {
  const input = event.target.closest?.(".dc-clip input");
  if (!input) return;
  const words = input.closest(".dc-clip").querySelector("span");
  words.textContent = [...input.files].map((file) => file.name).join(", ") || words.dataset.none;
  words.title = words.textContent;
});

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-edit]");
  const form = button && document.getElementById(button.dataset.edit);
  if (!form) return;
  form.hidden = false;
  form.parentElement.querySelector(":scope > .dc-body").hidden = true;
  form.querySelector("textarea").focus();
});
document.addEventListener("click", (event) => {
  const form = event.target.closest?.("[data-unedit]")?.form;
  if (!form) return;
  form.reset();
  form.parentElement.hidden = true;
  form.parentElement.parentElement.querySelector(":scope > .dc-body").hidden = false;
});

// Answers exchange the whole discussion: what stands in the box on top is kept unless it was sent itself.
let typed = "";
document.addEventListener("htmx:beforeRequest", (event) => {
  const own = event.target.closest?.(".dc");
  const main = own?.querySelector(MAIN);
  if (main) typed = main.form === event.target ? "" : main.value;
});
each(".dc", (part) => {
  const main = part.querySelector(MAIN);
  if (main && typed && !main.value) {
    main.value = typed;
    mark(main.form);
  }
  typed = "";
  const tab = document.getElementById("tab-side-discussion");
  if (!tab) return;
  const count = tab.querySelector(".c") || tab.appendChild(Object.assign(document.createElement("span"), { className: "c" }));
  count.textContent = part.dataset.count === "0" ? "" : part.dataset.count;
});
