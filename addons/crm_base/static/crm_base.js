// Customers: what is taken already, and follow-ups in a dialog.

// While a new customer is typed, tell that somebody has it already (BASE-06).

const { each } = window.tangram;
const FORM = 'form[data-form][action^="/records/crm.customer/"]';
const ASKED = { name: "name", phone: "phone", fax: "phone", tax_number: "tax_number" };

function question(form) {
  const query = new URLSearchParams({ part: "1" });
  for (const [name, key] of Object.entries(ASKED)) {
    const value = form.elements[name]?.value.trim();
    if (value) query.append(key, value);
  }
  for (const input of form.querySelectorAll('input[name^="contacts."]')) {
    const end = input.name.split(".").pop();
    if (["phone", "mobile"].includes(end) && input.value.trim()) query.append("phone", input.value.trim());
  }
  const number = form.getAttribute("action").match(/^\/records\/crm\.customer\/(\d+)/);
  if (number) query.set("exclude", number[1]);
  return query;
}

each(FORM, (form) => {
  if (form.querySelector("[data-collisions]")) return;
  const place = document.createElement("div");
  place.setAttribute("aria-live", "polite");
  place.dataset.collisions = "";
  form.querySelector(".fmain")?.prepend(place);
  let timer;
  let asked = "";
  const ask = async () => {
    const query = question(form).toString();
    if (query === asked) return;
    asked = query;
    if (!/[?&](name|phone|tax_number)=/.test(`&${query}`)) return place.replaceChildren();
    const answer = await fetch(`/x/crm_base/collisions?${query}`, { headers: { Accept: "text/html" } });
    if (answer.ok && asked === query) place.innerHTML = await answer.text();
  };
  form.addEventListener("input", (event) => {
    const name = event.target.name?.split(".").pop();
    if (!name || !(name in ASKED || name === "mobile")) return;
    clearTimeout(timer);
    timer = setTimeout(ask, 350);
  });
});

// A follow-up is entered in a dialog over whatever page leads to it (BASE-37).
const ENTRY = /^\/x\/crm_base\/customer\/(\d+)\/follow-up$/;

async function enterFollowUp(number, back) {
  const answer = await fetch(`/x/crm_base/customer/${number}/composer?${new URLSearchParams({ back })}`, { headers: { Accept: "text/html" } });
  if (!answer.ok) return location.assign(`/x/crm_base/customer/${number}/follow-up`);
  const dialog = document.createElement("dialog");
  dialog.className = "wide";
  dialog.innerHTML = await answer.text();
  dialog.setAttribute("aria-labelledby", "fu-title");
  document.body.append(dialog);
  window.htmx.process(dialog);
  dialog.addEventListener("close", () => dialog.remove());
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog || event.target.closest("[data-shut]")) dialog.close();
  });
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) dialog.querySelector("[data-save]").click();
  });
  dialog.showModal();
  dialog.querySelector("textarea").focus();
  return dialog;
}

document.addEventListener(
  "click",
  (event) => {
    const link = event.target.closest?.("a[href*='/follow-up']");
    const found = link?.origin === location.origin && link.pathname.match(ENTRY);
    if (!found || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    event.stopPropagation();
    link.closest("details.menu[open]")?.removeAttribute("open");
    enterFollowUp(found[1], location.pathname + location.search);
  },
  true,
);
