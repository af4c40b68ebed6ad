// The administrator's menus: a menu is dragged to its place; the form of a new one shows what fits its kind.

const { asset, each } = window.tangram;

each("[data-menu-level]", async (level) => {
  await asset("sortable");
  if (!level.isConnected) return;
  new Sortable(level, {
    group: "menus",
    draggable: "li",
    handle: ".menu-node",
    filter: "button, a",
    preventOnFilter: false,
    animation: 120,
    fallbackOnBody: true,
    emptyInsertThreshold: 8,
    ghostClass: "ghost",
    onStart: () => document.querySelector(".menu-tree").classList.add("dragging"),
    onEnd({ item, from, to, oldIndex, newIndex }) {
      document.querySelector(".menu-tree").classList.remove("dragging");
      if (from === to && oldIndex === newIndex) return;
      const form = document.getElementById("menu-move");
      form.elements.id.value = item.dataset.menu;
      form.elements.parent.value = to.dataset.menuLevel;
      form.elements.before.value = item.nextElementSibling?.dataset.menu ?? "";
      form.requestSubmit();
    },
  });
});

function fit() {
  const chosen = document.querySelector("[data-menu-kind]:checked");
  for (const part of document.querySelectorAll("[data-kind]")) part.hidden = Boolean(chosen) && part.dataset.kind !== chosen.value;
}
each("[data-menu-kind]", fit);
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-menu-kind]")) fit();
});
