// Selection boxes that search while typing (tom-select over /choices/…), with what was chosen lately first.

const { asset, csrf, each, text, toast } = window.tangram;
const KEPT = 5;

const storeOf = (select) => `tangram.recent.${new URL(select.dataset.choices, location.href).pathname}`;

function recent(select) {
  try {
    return JSON.parse(localStorage.getItem(storeOf(select)) || "[]");
  } catch {
    return [];
  }
}

function mark(choice) {
  const sign = choice.recent ? "↺" : choice.favourite ? "★" : "";
  return sign && `<span class="mut3 sm">${sign}</span> `;
}

function remember(select, id) {
  const kept = [id, ...recent(select).filter((other) => other !== id)].slice(0, KEPT);
  try {
    localStorage.setItem(storeOf(select), JSON.stringify(kept));
  } catch {
    // Without storage nothing is remembered; choosing works all the same.
  }
}

async function create(select, name) {
  const url = new URL(select.dataset.choices, location.href);
  url.search = "";
  const answer = await fetch(url, {
    method: "POST",
    headers: { "X-CSRF-Token": csrf(), "Content-Type": "application/json", Accept: "application/json" },
    body: JSON.stringify({ name }),
  });
  const found = await answer.json();
  if (answer.ok) return { id: String(found.id), text: found.text };
  toast((found.faults || []).map((fault) => fault.detail).join(" ") || found.detail, "error");
  return null;
}

const beside = (select, name) => select.form?.elements[`${select.name.slice(0, select.name.lastIndexOf(".") + 1)}${name}`];

/** Offer only what belongs to the choice beside it: `data-within="product"` of a unit. */
function narrow(select, url) {
  const { within } = select.dataset;
  const chosen = within && beside(select, within)?.value;
  if (!chosen) return;
  const given = url.searchParams.get("domain");
  const own = [[within, "=", Number(chosen)]];
  url.searchParams.set("domain", JSON.stringify(given ? { all: [JSON.parse(given), own] } : own));
}

each("select[data-choices]", async (select) => {
  if (select.closest("template")) return;
  await asset("choices");
  if (!select.isConnected || select.tomselect) return;
  let mayCreate = false;
  let loaded = null;
  let entered = null;
  const hasFocus = document.activeElement === select;
  const box = new TomSelect(select, {
    valueField: "id",
    labelField: "text",
    searchField: [],
    sortField: [{ field: "$order" }],
    maxOptions: 50,
    placeholder: select.dataset.placeholder || "",
    plugins: select.multiple ? ["remove_button"] : ["clear_button"],
    preload: "focus",
    shouldLoad: () => true,
    loadThrottle: 200,
    score: () => () => 1,
    createFilter: () => mayCreate,
    create(name, done) {
      create(select, name).then((choice) => done(choice || undefined));
    },
    load(typed, done) {
      const url = new URL(select.dataset.choices, location.href);
      url.searchParams.set("q", typed);
      narrow(select, url);
      if (!typed && recent(select).length) url.searchParams.set("recent", recent(select).join(","));
      fetch(url, { headers: { Accept: "application/json" } })
        .then((answer) => (answer.ok ? answer.json() : { choices: [] }))
        .then((found) => {
          mayCreate = Boolean(found.create);
          box.clearOptions((option) => box.items.includes(String(option.id)));
          done(found.choices.map((choice) => ({ ...choice, id: String(choice.id) })));
          loaded = typed;
          if (entered !== typed) return;
          entered = null;
          if (found.choices.length) box.addItem(String(found.choices[0].id));
        })
        .catch(() => done());
    },
    render: {
      option: (choice, escape) => `<div>${mark(choice)}${escape(choice.text)}</div>`,
      option_create: (typed, escape) => `<div class="create">${escape(text("create"))} “${escape(typed.input)}”</div>`,
      no_results: () => `<div class="no-results">${text("none_found")}</div>`,
      loading: () => `<div class="no-results">${text("loading")}</div>`,
    },
    onItemAdd(id) {
      remember(select, id);
      const next = box.isFocused && select.dataset.next && beside(select, select.dataset.next);
      if (next) setTimeout(() => (next.tomselect || next).focus() || next.select?.());
    },
    onInitialize() {
      // The box beside it has the label and the focus; to readers of the screen the select itself is gone.
      select.setAttribute("aria-hidden", "true");
    },
    onChange() {
      select.dispatchEvent(new Event("input", { bubbles: true }));
    },
  });
  if (hasFocus) box.focus();
  // A scanner types the code and Enter faster than the answer comes, and so do people who go on to the next input:
  // the first choice is taken when it is there, unless something else was typed meanwhile.
  box.control_input.addEventListener("input", () => {
    entered = null;
  });
  box.control_input.addEventListener(
    "keydown",
    (event) => {
      const typed = box.control_input.value;
      if (event.key !== "Enter" || event.isComposing || !typed || typed === loaded) return;
      entered = typed;
      event.preventDefault();
      event.stopImmediatePropagation();
    },
    true,
  );
});
