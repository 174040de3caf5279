// The aligned timeline: lanes stacked from the template, one span for all, a crosshair through all.

const UNITS = {
  h: { per: 24, title: "hours since infusion" },
  d: { per: 1, title: "days since infusion" },
  y: { per: 1 / DAYS_PER_YEAR, title: "years since infusion" },
};
const LANE_GAP = 12;
const MIN_WIDTH = 320;
const MIN_SPAN = 1 / 24;

const fillTemplate = (node, values) => {
  if (typeof node === "string" && node[0] === "@") return values[node.slice(1)];
  if (Array.isArray(node)) return node.map((item) => fillTemplate(item, values));
  if (node && typeof node === "object") return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, fillTemplate(value, values)]));
  return node;
};

const stackSpec = (lanes, { width, span, unit, description }) => {
  let top = 6;
  const marks = lanes.map((lane) => {
    const mark = fillTemplate(template.kinds[lane.kind], { ...lane.values, top, height: lane.height, title: lane.title, unit: lane.unit });
    top += lane.room + LANE_GAP;
    return mark;
  });
  const spec = fillTemplate(template.frame, { width, height: top, span, per: UNITS[unit].per, axisTitle: UNITS[unit].title, description });
  spec.marks = spec.marks.flatMap((mark) => (mark === undefined ? marks : [mark]));
  return spec;
};

const sourceOf = (file, row) => (file ? `${file}, row ${row}` : null);

const describeItem = (subject) => (kind, datum) => {
  const span = () => `${formatMoment(datum.start)} to ${datum.hasEnd === false ? "end not given" : formatMoment(datum.end)}`;
  if (kind === "grade") {
    return [["grade", datum.words === "?" ? "not evaluable" : datum.isHatched ? `${datum.words} (bounds)` : datum.words], ["", datum.lane], ["when", span()], ["because", datum.because], ["observations", datum.n], ["rows", datum.evidence]];
  }
  if (kind === "site") return [["site", `grade ${datum.grade}`], ["term", datum.term], ["when", span()], ["source", sourceOf(datum.source_file, datum.source_row)]];
  if (kind === "band") return [["", datum.words], ["source", datum.source]];
  if (kind === "value") {
    const m = readTest(subject, datum.series);
    const i = datum.at;
    const value = m.v[i] === null ? m.x[i] : `${formatNumber(m.v[i])} ${formatUnit(m.u[i])}`;
    const range = m.l[i] !== null || m.h[i] !== null ? `${formatNumber(m.l[i])} to ${formatNumber(m.h[i])}` : null;
    return [[datum.name, m.c[i] === 1 ? `below ${formatNumber(m.q[i])} ${formatUnit(m.u[i])}` : value], ["grade", m.g[i]], ["normal", range], ["when", formatMoment(datum.day)], ["visit", m.p[i]], ["source", sourceOf(index.files[m.f[i]], m.r[i])]];
  }
  const dose = datum.dose ? `${formatNumber(datum.dose)} ${formatUnit(datum.unit)} ${datum.frequency ?? ""}` : null;
  const name = datum.visit ? ["visit", datum.visit] : datum.term ? ["event", datum.term] : [datum.role, datum.treatment];
  return [name, ["dose", dose], ["support", datum.device ? supportWords(datum) : null], ["grade (site)", datum.grade], ["when", kind === "given" || datum.visit ? formatMoment(datum.start) : span()], ["outcome", datum.outcome], ["source", sourceOf(datum.source_file, datum.source_row)]];
};

// The last value at or before a day, by test, for the readout.
const valueBefore = (subject, test, day) => {
  const m = readTest(subject, test);
  let [low, high] = [0, m.n];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (m.t[middle] !== null && m.t[middle] / DAY <= day) low = middle + 1;
    else high = middle;
  }
  const i = low - 1;
  return i < 0 ? null : { text: m.c[i] === 1 ? `<${formatNumber(m.q[i])}` : m.v[i] === null ? m.x[i] : formatNumber(m.v[i]), unit: m.u[i], age: day - m.t[i] / DAY };
};

const gradeAt = (runs, day) => {
  const run = runs.find(({ start, end }) => start <= day && day < end);
  if (!run) return null;
  return run.low === null ? "not evaluable" : run.low === run.high ? `${run.low}` : `${run.low} to ${run.high}`;
};

const legend = () =>
  h("div", { class: "legend", "aria-hidden": "true" },
    h("span", {}, "Grade ", [0, 1, 2, 3, 4, 5].map((grade) => h("span", { class: `g g${grade}` }, `${grade}`))),
    h("span", {}, h("span", { class: "g hatch" }, "1-3"), " only bounds known"),
    h("span", {}, "▭ reported by the site"),
    h("span", {}, "▾ anticytokine  ◆ steroid  ❙ antipyretic (above temperature)"),
    h("span", {}, "▽ below the limit of quantification"),
    h("span", {}, "points with a grade carry its color"));

const createTimeline = (host, readout, subject) => {
  const limits = [Math.min(firstDay(subject), -1), Math.max(lastDay(subject), 1)];
  const state = { unit: "d", span: [...limits], cross: null, extra: [] };
  const chart = { element: host, renderer: "canvas", describe: describeItem(subject), view: null };
  const runs = Object.entries(subject.runs).map(([name, table]) => [name.toUpperCase(), decodeRows(table)]);
  const { left } = template.margins;
  let width = MIN_WIDTH;

  const laneList = () => [...template.lanes.slice(0, -1), ...state.extra.map((test) => freeLane(subject, test)), template.lanes.at(-1)];
  chart.spec = () => {
    width = Math.max(MIN_WIDTH, host.clientWidth - left - template.margins.right);
    const lanes = laneList().map((lane) => buildLane(subject, lane)).filter(Boolean);
    state.tests = lanes.filter((lane) => lane.kind === "series").flatMap((lane) => [...new Set(lane.values.joined.map((row) => row.series))]);
    return stackSpec(lanes, { width, span: state.span, unit: state.unit, description: `Timeline of subject ${subject.id}` });
  };

  const set = (signals) => {
    for (const [name, value] of Object.entries(signals)) chart.view.signal(name, value);
    chart.view.runAsync();
  };
  const setSpan = (span) => {
    const size = Math.max(span[1] - span[0], MIN_SPAN);
    const start = Math.max(limits[0] - 0.02 * size, Math.min(span[0], limits[1] - MIN_SPAN));
    state.span = [start, Math.min(start + size, Math.max(limits[1] + 0.02 * size, start + MIN_SPAN))];
    set({ span: state.span });
  };
  const setView = (unit, span) => {
    state.unit = unit;
    set({ per: UNITS[unit].per, axisTitle: UNITS[unit].title });
    setSpan(span);
  };
  const setCross = (day) => {
    state.cross = day;
    set({ cross: day });
    paintReadout();
  };
  const paintReadout = () => {
    if (state.cross === null) {
      readout.replaceChildren(legend(), h("span", { class: "old" }, "Move over the chart, or focus it and use the arrow keys, to read all lanes at one moment. Drag to zoom; + and − zoom, Home shows everything."));
      return;
    }
    const grades = runs.map(([name, rows]) => [name, gradeAt(rows, state.cross)]).filter(([, grade]) => grade !== null);
    const values = state.tests.map((test) => [test, valueBefore(subject, test, state.cross)]).filter(([, found]) => found);
    readout.replaceChildren(
      h("b", {}, formatMoment(state.cross)),
      ...grades.map(([name, grade]) => h("span", {}, `${name} grade `, h("b", {}, grade))),
      ...values.map(([test, found]) => h("span", { class: found.age > 1 ? "old" : "" }, `${test} `, h("b", {}, found.text), ` ${formatUnit(found.unit)}${found.age > 1 ? ` (${found.age.toFixed(0)} d ago)` : ""}`)),
    );
  };

  // ---- pointer and keyboard
  const dayAt = (event) => {
    const x = event.clientX - host.getBoundingClientRect().left + host.scrollLeft - left;
    return { x: Math.max(0, Math.min(width, x)), day: state.span[0] + (x / width) * (state.span[1] - state.span[0]), isInside: x >= 0 && x <= width };
  };
  let anchor = null;
  host.addEventListener("pointerdown", (event) => {
    const at = dayAt(event);
    if (event.button === 0 && at.isInside) anchor = at;
  });
  host.addEventListener("pointermove", (event) => {
    const at = dayAt(event);
    if (anchor) set({ brush: [Math.min(anchor.x, at.x), Math.max(anchor.x, at.x)] });
    setCross(at.isInside ? at.day : null);
  });
  const release = (event) => {
    if (!anchor) return;
    const at = dayAt(event);
    const [from, to] = [Math.min(anchor.x, at.x), Math.max(anchor.x, at.x)].map((x) => state.span[0] + (x / width) * (state.span[1] - state.span[0]));
    const isDrag = Math.abs(at.x - anchor.x) > 6;
    anchor = null;
    set({ brush: null });
    if (isDrag) setSpan([from, to]);
  };
  window.addEventListener("pointerup", release);
  host.addEventListener("pointerleave", () => { tip.hidden = true; if (!anchor) setCross(null); });
  host.addEventListener("dblclick", () => setSpan(limits));
  const zoom = (factor, center) => setSpan([center - (center - state.span[0]) * factor, center + (state.span[1] - center) * factor]);
  host.addEventListener("wheel", (event) => {
    if (!event.ctrlKey) return;
    event.preventDefault();
    zoom(event.deltaY > 0 ? 1.2 : 1 / 1.2, dayAt(event).day);
  }, { passive: false });
  host.addEventListener("keydown", (event) => {
    const size = state.span[1] - state.span[0];
    const center = state.cross ?? (state.span[0] + state.span[1]) / 2;
    const step = (direction) => {
      if (event.shiftKey) setSpan([state.span[0] + direction * size * 0.2, state.span[1] + direction * size * 0.2]);
      else setCross(Math.max(state.span[0], Math.min(state.span[1], center + direction * size * 0.01)));
    };
    const keys = {
      ArrowLeft: () => step(-1), ArrowRight: () => step(1), "+": () => zoom(1 / 1.5, center), "=": () => zoom(1 / 1.5, center), "-": () => zoom(1.5, center),
      Home: () => setSpan(limits), Escape: () => setCross(null),
    };
    if (!keys[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    keys[event.key]();
  });
  let pending = 0;
  const observer = new ResizeObserver(() => {
    if (Math.abs(host.clientWidth - left - template.margins.right - width) < 2 || host.clientWidth === 0) return;
    cancelAnimationFrame(pending);
    pending = requestAnimationFrame(() => draw(chart));
  });

  const redraw = () => draw(chart).then(paintReadout);
  redraw();
  observer.observe(host);
  return {
    limits, chart, setView,
    add: (test) => { state.extra = [...state.extra.filter((other) => other !== test), test]; redraw(); },
    drawnTests: () => new Set(laneList().flatMap((lane) => (lane.series ?? []).map((series) => series.test))),
    close: () => { window.removeEventListener("pointerup", release); observer.disconnect(); forget(chart); },
  };
};
