// Charts on a canvas, drawn from the data beside them in the colours of the style sheet.

const { asset, each } = window.tangram;
const drawn = new Map();
/** Narrower boxes have no room for names beside the slices. */
const NARROW = 480;

/** The resolved colour of a token, which itself may be light-dark(). */
function colour(token) {
  const probe = document.createElement("span");
  probe.style.color = `var(${token})`;
  document.body.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  return found;
}

const brief = (value) =>
  new Intl.NumberFormat(document.documentElement.lang, { notation: "compact", maximumFractionDigits: 2 }).format(value);

function option(spec, font, width) {
  const [text, quiet, line, faint, surface] = ["--tx", "--tx2", "--line-quiet", "--line-2", "--surface"].map(colour);
  const colours = (spec.compared ? [1, 6] : [1, 2, 3, 4, 5, 6]).map((number) => colour(`--c${number}`));
  const base = {
    animation: false,
    aria: { enabled: false },
    color: colours,
    textStyle: { fontFamily: font, color: quiet, fontSize: 12 },
    tooltip: { show: false },
  };
  const data = (series) => series.values.map((value, at) => ({ value, name: spec.labels[at], text: series.texts[at], url: series.urls[at] }));
  if (spec.kind === "pie") {
    const slice = { type: "pie", radius: ["46%", "74%"], data: data(spec.series[0]), itemStyle: { borderColor: surface, borderWidth: 1 } };
    slice.label = { color: text, fontFamily: font, formatter: width < NARROW ? "{d}%" : "{b}\n{d}%" };
    if (width >= NARROW) return { ...base, series: [slice] };
    const legend = { bottom: 0, icon: "roundRect", itemWidth: 10, itemHeight: 10, type: "scroll", textStyle: { color: quiet, fontFamily: font } };
    return { ...base, legend, series: [{ ...slice, radius: ["36%", "60%"], center: ["50%", "44%"] }] };
  }
  const many = spec.series.length > 1;
  const apart = spec.series.some((series) => series.apart);
  const axis = {
    type: "value",
    splitNumber: 5,
    minInterval: spec.series.every((series) => series.values.every((value) => Number.isInteger(value ?? 0))) ? 1 : 0,
    splitLine: { lineStyle: { color: faint } },
    axisLabel: { color: quiet, fontFamily: font, formatter: brief },
  };
  return {
    ...base,
    legend: many ? { top: 0, right: 8, icon: "roundRect", itemWidth: 10, itemHeight: 10, textStyle: { color: quiet, fontFamily: font } } : undefined,
    grid: { left: 12, right: 16, top: many ? 36 : 14, bottom: 8, containLabel: true },
    xAxis: {
      type: "category",
      data: spec.labels,
      axisTick: { show: false },
      axisLine: { lineStyle: { color: line } },
      axisLabel: { color: quiet, fontFamily: font, hideOverlap: true, width: 92, overflow: "truncate" },
    },
    yAxis: apart ? [axis, { ...axis, splitLine: { show: false }, minInterval: 0 }] : axis,
    series: spec.series.map((series) => ({
      type: series.apart ? "line" : spec.kind,
      yAxisIndex: series.apart ? 1 : 0,
      name: series.name,
      stack: spec.stacked ? "all" : undefined,
      data: data(series),
      barMaxWidth: 28,
      symbol: "circle",
      symbolSize: 6,
      lineStyle: { width: 2 },
      itemStyle: { borderRadius: spec.kind === "bar" && !spec.stacked ? [2, 2, 0, 0] : 0, borderColor: surface, borderWidth: spec.stacked || series.apart || spec.kind === "line" ? 1 : 0 },
    })),
  };
}

/** What a value is, beside the pointer; an element of ours, since a tooltip on the canvas can't have our font. */
function tell(box, chart, spec) {
  const tip = document.createElement("div");
  tip.className = "charttip";
  tip.hidden = true;
  box.append(tip);
  chart.on("mouseover", (point) => {
    const name = document.createElement("b");
    name.textContent = spec.series.length > 1 ? `${point.name} · ${point.seriesName}` : point.name;
    const value = document.createElement("span");
    value.textContent = point.data?.text ?? "";
    tip.replaceChildren(name, value);
    tip.hidden = false;
    const { offsetX, offsetY } = point.event;
    tip.style.left = `${Math.min(offsetX + 12, box.clientWidth - tip.offsetWidth)}px`;
    tip.style.top = `${Math.max(0, offsetY - tip.offsetHeight - 8)}px`;
  });
  chart.on("mouseout", () => (tip.hidden = true));
}

function paint(box) {
  const spec = JSON.parse(box.dataset.chart);
  drawn.get(box)?.setOption(option(spec, getComputedStyle(document.body).fontFamily, box.clientWidth), true);
}

each("[data-chart]", async (box) => {
  const spec = JSON.parse(box.dataset.chart);
  const words = [...spec.labels, ...spec.series.map((series) => series.name)].join("");
  const font = getComputedStyle(document.body).fontFamily;
  await Promise.all([asset("echarts"), document.fonts.load(`12px ${font}`, words), document.fonts.ready]);
  if (!box.isConnected || drawn.has(box)) return;
  const chart = echarts.init(box, null, { renderer: "canvas" });
  drawn.set(box, chart);
  paint(box);
  tell(box, chart, spec);
  chart.on("click", (point) => {
    if (point.data?.url) location.assign(point.data.url);
  });
  const watch = new ResizeObserver(() => {
    if (box.isConnected) return theme === null ? chart.resize() : undefined;
    watch.disconnect();
    chart.dispose();
    drawn.delete(box);
  });
  watch.observe(box);
});

const repaint = () => [...drawn.keys()].filter((box) => box.isConnected).forEach(paint);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", repaint);
new MutationObserver(repaint).observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });

// Paper is light whatever the screen is, and as wide as A4 within its margins; the canvas has to be painted for it.
const PAPER = { width: 640, height: 300 };
const SCREEN = { width: "auto", height: "auto" };
let theme = null;
addEventListener("beforeprint", () => {
  theme = document.documentElement.dataset.theme;
  document.documentElement.dataset.theme = "light";
  drawn.forEach((chart) => chart.resize(PAPER));
  repaint();
});
addEventListener("afterprint", () => {
  document.documentElement.dataset.theme = theme;
  theme = null;
  drawn.forEach((chart) => chart.resize(SCREEN));
  repaint();
});

// The sentence of selects answers at once; its button is for browsers without scripts.
each("form[data-ask]", (form) => form.classList.add("live"));
document.addEventListener("change", (event) => event.target.closest("form[data-ask]")?.requestSubmit());
