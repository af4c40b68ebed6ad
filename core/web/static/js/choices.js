// Selection boxes that search while typing (tom-select over GET /choices/…).

const { asset, each, text } = window.tangram;

each("select[data-choices]", async (select) => {
  if (select.closest("template")) return;
  await asset("choices");
  if (!select.isConnected || select.tomselect) return;
  const address = (typed) => {
    const url = new URL(select.dataset.choices, location.href);
    url.searchParams.set("q", typed);
    return url;
  };
  const box = new TomSelect(select, {
    valueField: "id",
    labelField: "text",
    searchField: [],
    sortField: [{ field: "$order" }],
    maxOptions: 50,
    placeholder: select.dataset.placeholder || "",
    plugins: select.multiple ? ["remove_button"] : [],
    allowEmptyOption: false,
    preload: "focus",
    shouldLoad: () => true,
    loadThrottle: 200,
    load(typed, done) {
      fetch(address(typed), { headers: { Accept: "application/json" } })
        .then((answer) => (answer.ok ? answer.json() : { choices: [] }))
        .then((found) => {
          box.clearOptions((option) => box.items.includes(String(option.id)));
          done(found.choices.map((choice) => ({ ...choice, id: String(choice.id) })));
        })
        .catch(() => done());
    },
    score: () => () => 1,
    render: {
      no_results: () => `<div class="no-results">${text("none_found")}</div>`,
      loading: () => `<div class="no-results">${text("loading")}</div>`,
    },
    onChange() {
      select.dispatchEvent(new Event("input", { bubbles: true }));
    },
  });
});
