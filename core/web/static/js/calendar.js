// The calendar: events of the days shown, moved by drag or in a dialog; what is refused goes back.

import { monthTable, unscheduled } from "./calendarside.js";

const { asset, csrf, each, text, toast } = window.tangram;
const VIEWS = { true: { day: "timeGridDay", week: "timeGridWeek", month: "dayGridMonth" }, false: { day: "listDay", week: "dayGridWeek", month: "dayGridMonth" } };
const TABLE_PARTS = ["table", "row", "rowgroup", "rowheader", "columnheader", "cell"].map((role) => `[role=${role}]`).join();
const TABLE_WORDS = ["role", "aria-colindex", "aria-rowindex", "aria-colcount", "aria-rowcount", "aria-colspan", "aria-rowspan"];
const shown = new WeakMap();
const small = () => matchMedia("(max-width: 767px)").matches;

function style(url) {
  if ([...document.styleSheets].some((sheet) => sheet.href === new URL(url, location.href).href)) return Promise.resolve();
  return new Promise((done) => {
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = url;
    link.onload = link.onerror = done;
    document.head.append(link);
  });
}

async function send(spec, id, fields) {
  const answer = await fetch(`${spec.move}/${encodeURIComponent(id)}`, {
    method: "POST",
    headers: { "X-CSRF-Token": csrf(), Accept: "application/json" },
    body: new URLSearchParams(fields),
  }).catch(() => null);
  if (answer?.ok) return true;
  const problem = await answer?.json().catch(() => null);
  toast(problem?.detail || text("failed"), "error");
  return false;
}

const seconds = (delta) => (delta.days || 0) * 86400 + (delta.seconds || 0);
const viewOf = (spec, mode) => (small() && mode === "day" ? "listDay" : VIEWS[spec.timed][mode]);

/** A day that the calendar shows, as text; its dates count on the clock of the reader. */
const dayOf = (value) => (typeof value === "string" ? value.slice(0, 10) : `${value.getFullYear()}-${String(value.getMonth() + 1).padStart(2, "0")}-${String(value.getDate()).padStart(2, "0")}`);

/** Tell of timed events of one person how long they overlap with another that began before. */
function overlaps(events, words) {
  const timed = events.filter((event) => !event.allDay && event.extendedProps.person).sort((one, other) => one.start.localeCompare(other.start));
  const last = new Map();
  for (const event of timed) {
    const before = last.get(event.extendedProps.person);
    const [start, end] = [Date.parse(event.start), Date.parse(event.end)];
    if (before && start < Date.parse(before.end)) {
      const minutes = Math.round((Math.min(end, Date.parse(before.end)) - start) / 60000);
      event.extendedProps.overlap = words.replace("%(minutes)s", minutes).replace("%(name)s", before.title);
      event.classNames.push("ev-overlap");
    }
    if (!before || end > Date.parse(before.end)) last.set(event.extendedProps.person, event);
  }
}

// What is read to those who don't see where the event stands comes after what is shown.
function content(info, begin) {
  const parts = [];
  if (info.timeText && !info.event.allDay) {
    const time = document.createElement("span");
    time.className = "ec-event-time";
    time.textContent = info.timeText;
    parts.push(time);
  }
  const title = document.createElement("span");
  title.className = "ec-event-title";
  title.textContent = info.event.title;
  parts.push(title);
  const { notes = [], overlap } = info.event.extendedProps;
  const clash = Boolean(overlap) && info.view.type.startsWith("timeGrid");
  for (const note of clash ? [overlap, ...notes] : notes) {
    const line = document.createElement("div");
    line.className = note === overlap ? "ec-event-note wa" : "ec-event-note";
    line.textContent = note;
    parts.push(line);
  }
  const unseen = document.createElement("span");
  unseen.className = "sr";
  unseen.textContent = [begin, clash ? "" : overlap].filter(Boolean).join(", ");
  parts.push(unseen);
  return { domNodes: parts };
}

each("[data-calendar]", async (box) => {
  const spec = JSON.parse(box.dataset.calendar);
  let mode = small() ? "day" : spec.mode;
  await Promise.all([asset("calendar"), style(spec.css)]);
  if (!box.isConnected || shown.has(box)) return;
  const known = new Map();
  // The library calls its boxes a table without rows, which is worse than none for screen readers.
  const plain = () => {
    for (const part of box.querySelectorAll(TABLE_PARTS)) TABLE_WORDS.forEach((word) => part.removeAttribute(word));
    // The hours scroll, and without an event nothing in them takes the focus.
    for (const main of box.querySelectorAll(".ec-time-grid .ec-main")) main.tabIndex = 0;
    // A day without events is no list.
    for (const list of box.querySelectorAll(".ec-list")) list.querySelector("[role=listitem]") ? list.setAttribute("role", "list") : list.removeAttribute("role");
  };
  new MutationObserver(plain).observe(box, { childList: true, subtree: true });
  const moved = (part) => async (info) => {
    const same = info.event.allDay === info.oldEvent.allDay;
    const shift = seconds(info.delta || info.endDelta);
    if (!same || !(await send(spec, info.event.id, { shift, part }))) info.revert();
  };
  const calendar = EventCalendar.create(box.querySelector("[data-cal-box]"), {
    view: viewOf(spec, mode),
    date: spec.date,
    timeZone: spec.zone,
    locale: spec.locale,
    firstDay: 1,
    height: "100%",
    headerToolbar: { start: "", center: "", end: "" },
    allDayContent: spec.texts.all_day,
    noEventsContent: spec.texts.none,
    nowIndicator: true,
    dayMaxEvents: true,
    slotDuration: "00:30",
    scrollTime: "08:00",
    slotHeight: 28,
    slotLabelFormat: { hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
    eventTimeFormat: { hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
    dayHeaderFormat: { weekday: "short", day: "numeric" },
    moreLinkContent: (info) => spec.texts.more.replace("%(count)s", info.num),
    views: { dayGridMonth: { dayHeaderFormat: { weekday: "short" } } },
    pointer: true,
    eventSources: [
      {
        events: (info, done, fail) => {
          const url = new URL(spec.events, location.href);
          url.searchParams.set("start", info.startStr.slice(0, 10));
          url.searchParams.set("end", info.endStr.slice(0, 10));
          fetch(url, { headers: { Accept: "application/json" } })
            .then(async (answer) => {
              const found = await answer.json();
              if (!answer.ok) throw new Error(found.detail);
              box.querySelector("[data-cal-more]").hidden = !found.more;
              overlaps(found.events, spec.texts.overlap);
              for (const event of found.events) known.set(event.id, event);
              done(found.events);
            })
            .catch((error) => {
              toast(error.message || text("failed"), "error");
              fail(error);
            });
        },
      },
    ],
    eventContent: (info) => content(info, known.get(info.event.id)?.start.replace("T", " ").slice(0, 16)),
    eventDidMount: ({ el, event }) => {
      el.dataset.event = event.id;
      el.tabIndex = 0;
      el.setAttribute("role", "button");
      const { notes = [], overlap } = event.extendedProps;
      el.title = [event.title, overlap, ...notes].filter(Boolean).join("\n");
    },
    eventClick: ({ event }) => location.assign(event.extendedProps.url),
    eventDrop: moved("all"),
    eventResize: moved("end"),
    dateClick: (info) => {
      if (!spec.new || !spec.start) return;
      const value = spec.timed ? info.dateStr.slice(0, 16) : info.dateStr.slice(0, 10);
      const url = new URL(spec.new, location.href);
      const stamp = spec.timed ? `${value.length > 10 ? value : `${value}T09:00`}:00${spec.zone}` : value;
      url.searchParams.set("defaults", JSON.stringify({ [spec.start]: stamp }));
      location.assign(url);
    },
    datesSet: (info) => {
      box.querySelector("[data-cal-title]").textContent = calendar ? calendar.getView().title : info.view.title;
      const url = new URL(location.href);
      const day = calendar ? dayOf(calendar.getOption("date")) : spec.date;
      url.searchParams.set("date", day);
      url.searchParams.set("mode", mode);
      if (calendar) history.replaceState(history.state, "", url);
      if (calendar) month?.(day);
    },
  });
  const month = monthTable(box.querySelector("[data-cal-month]"), spec, (day) => calendar.setOption("date", day));
  month?.(spec.date);
  const waiting = unscheduled(box, spec, known, calendar, (id, start) => send(spec, id, { start }));
  shown.set(box, { calendar, spec, known, waiting });
  box.querySelector("[data-cal-title]").textContent = calendar.getView().title;
  const press = () => {
    for (const button of box.querySelectorAll("[data-cal-mode]")) button.setAttribute("aria-pressed", button.dataset.calMode === mode);
  };
  press();
  box.addEventListener("click", (event) => {
    const step = event.target.closest("[data-cal]")?.dataset.cal;
    if (step === "today") calendar.setOption("date", spec.today);
    else if (step) calendar[step]();
    const wanted = event.target.closest("[data-cal-mode]")?.dataset.calMode;
    if (!wanted) return;
    mode = wanted;
    press();
    calendar.setOption("view", viewOf(spec, mode));
  });
});

document.addEventListener("keydown", (event) => {
  const el = event.target.closest?.("[data-event], [data-waits]");
  const box = el?.closest("[data-calendar]");
  const held = box && shown.get(box);
  if (!held || event.ctrlKey || event.metaKey || event.altKey) return;
  const found = held.known.get(el.dataset.event || el.dataset.waits);
  if (!found) return;
  if (event.key === "Enter") location.assign(found.extendedProps.url);
  if (event.key.toLowerCase() !== "m" || !found.startEditable) return;
  event.preventDefault();
  event.stopPropagation();
  const dialog = box.querySelector("[data-cal-move]");
  const [start, end] = [dialog.querySelector("[name=start]"), dialog.querySelector("[name=end]")];
  const length = held.spec.timed ? 16 : 10;
  dialog.querySelector("[data-cal-what]").textContent = found.title;
  const day = found.start || dayOf(held.calendar.getOption("date"));
  start.value = (day.length < length ? `${day}T09:00` : day).slice(0, length);
  if (end) end.value = "";
  dialog.returnValue = "";
  dialog.addEventListener(
    "close",
    async () => {
      if (dialog.returnValue === "yes") {
        const fields = { start: start.value, ...(end?.value ? { end: end.value } : {}) };
        if (await send(held.spec, found.id, fields)) {
          held.calendar.refetchEvents();
          if (!found.start) held.waiting?.();
        }
      }
      box.querySelector(`[data-event="${CSS.escape(found.id)}"]`)?.focus();
    },
    { once: true },
  );
  dialog.showModal();
});
