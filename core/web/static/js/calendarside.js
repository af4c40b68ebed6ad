// Beside the calendar: a small month to jump by, and records without a day, to be dragged in or placed by M.

const { toast, text } = window.tangram;
const local = (day) => new Date(`${day}T12:00`);
const iso = (date) => `${date.getFullYear()}-${String(date.getMonth() + 1).padStart(2, "0")}-${String(date.getDate()).padStart(2, "0")}`;

/** Draw a month into `box`; returns what shows the month of a day and marks it, or nothing where there is no box. */
export function monthTable(box, spec, choose) {
  if (!box) return null;
  let first = null;
  let marked = spec.date;
  const draw = () => {
    box.querySelector("[data-month-title]").textContent = new Intl.DateTimeFormat(spec.locale, { year: "numeric", month: "long" }).format(first);
    const names = new Intl.DateTimeFormat(spec.locale, { weekday: "narrow" });
    const long = new Intl.DateTimeFormat(spec.locale, { dateStyle: "full" });
    const start = new Date(first);
    start.setDate(1 - ((first.getDay() + 6) % 7));
    const head = [];
    const days = [];
    for (let at = 0; at < 42; at += 1) {
      const date = new Date(start);
      date.setDate(start.getDate() + at);
      if (at < 7) {
        const name = document.createElement("span");
        name.textContent = names.format(date);
        name.setAttribute("aria-hidden", "true");
        head.push(name);
      }
      const day = document.createElement("button");
      day.type = "button";
      day.dataset.day = iso(date);
      day.textContent = date.getDate();
      day.setAttribute("aria-label", long.format(date));
      day.classList.toggle("away", date.getMonth() !== first.getMonth());
      day.classList.toggle("today", day.dataset.day === spec.today);
      if (day.dataset.day === marked) day.setAttribute("aria-current", "date");
      days.push(day);
    }
    box.querySelector("[data-month-days]").replaceChildren(...head, ...days);
  };
  const show = (day) => {
    marked = day;
    first = local(day);
    first.setDate(1);
    draw();
  };
  box.addEventListener("click", (event) => {
    const step = event.target.closest("[data-month]")?.dataset.month;
    if (step) {
      first.setMonth(first.getMonth() + Number(step));
      draw();
    }
    const day = event.target.closest("[data-day]")?.dataset.day;
    if (day) choose(day);
  });
  return show;
}

/** Fill the list of records without a day; returns what reads it anew, or nothing where there is none. */
export function unscheduled(box, spec, known, calendar, place) {
  const list = box.querySelector("[data-cal-waits]");
  if (!list || !spec.unscheduled) return null;
  const target = box.querySelector("[data-cal-box]");
  const read = async () => {
    const answer = await fetch(spec.unscheduled, { headers: { Accept: "application/json" } }).catch(() => null);
    if (!answer?.ok) return toast(text("failed"), "error");
    const found = await answer.json();
    box.querySelector("[data-waits-count]").textContent = found.events.length + (found.more ? "+" : "");
    box.querySelector("[data-waits-none]").hidden = found.events.length > 0;
    list.replaceChildren(
      ...found.events.map((event) => {
        known.set(event.id, { ...event, startEditable: true, extendedProps: { url: event.url } });
        const item = document.createElement("li");
        item.draggable = true;
        item.tabIndex = 0;
        item.dataset.waits = event.id;
        item.className = event.classNames.join(" ");
        const link = document.createElement("a");
        link.href = event.url;
        link.draggable = false;
        link.tabIndex = -1;
        link.textContent = event.title;
        item.append(link);
        for (const note of event.notes.slice(0, 2)) {
          const line = document.createElement("div");
          line.textContent = note;
          item.append(line);
        }
        return item;
      }),
    );
  };
  list.addEventListener("dragstart", (event) => {
    event.dataTransfer.setData("text/plain", event.target.closest("[data-waits]").dataset.waits);
    event.dataTransfer.effectAllowed = "move";
  });
  target.addEventListener("dragover", (event) => {
    if (calendar.dateFromPoint(event.clientX, event.clientY)) event.preventDefault();
  });
  target.addEventListener("drop", async (event) => {
    event.preventDefault();
    const at = calendar.dateFromPoint(event.clientX, event.clientY);
    const id = event.dataTransfer.getData("text/plain");
    if (!at || !list.querySelector(`[data-waits="${CSS.escape(id)}"]`)) return;
    const day = iso(at.date);
    const clock = `${String(at.date.getHours()).padStart(2, "0")}:${String(at.date.getMinutes()).padStart(2, "0")}`;
    if (await place(id, spec.timed ? `${day}T${at.allDay ? "09:00" : clock}` : day)) {
      calendar.refetchEvents();
      read();
    }
  });
  read();
  return read;
}
