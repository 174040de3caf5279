// The page of one subject: facts, the aligned timeline, and the tables behind it.

const DERIVED = new Set(["alerts", "crs", "icans", "worst", "nca"]);
const FIRST_DAYS = 28;
const HOUR_DAYS = 7;
const YEARS_FROM = 180;

const measurementTable = (subject) => {
  const tests = Object.keys(subject.m).sort();
  const parts = tests.map((test) => [test, readTest(subject, test)]);
  const n = parts.reduce((sum, [, m]) => sum + m.n, 0);
  const gather = (pick) => parts.flatMap(([test, m]) => Array.from({ length: m.n }, (_, i) => pick(m, i, test)));
  const c = {
    time: gather((m, i) => (m.t[i] === null ? null : Number((m.t[i] / DAY).toFixed(4)))),
    test: gather((m, i, test) => test),
    value: gather((m, i) => m.v[i]),
    raw: gather((m, i) => m.x[i]),
    unit: gather((m, i) => m.u[i]),
    low: gather((m, i) => m.l[i]),
    high: gather((m, i) => m.h[i]),
    lloq: gather((m, i) => m.q[i]),
    grade: gather((m, i) => m.g[i]),
    visit: gather((m, i) => m.p[i]),
    source_file: gather((m, i) => index.files[m.f[i]] ?? null),
    source_row: gather((m, i) => m.r[i]),
  };
  const columns = [["time", "day", "number"], ["test", "test", "text"], ["value", "value", "number"], ["raw", "as given", "text"], ["unit", "unit", "text"], ["low", "lower normal", "number"], ["high", "upper normal", "number"], ["lloq", "LLOQ", "number"], ["grade", "grade (derived)", "grade"], ["visit", "visit", "text"], ["source_file", "file", "text"], ["source_row", "row", "integer"]];
  return { columns: columns.filter(([name]) => c[name].some((value) => value !== null)), data: { n, c } };
};

const tableDetails = (title, tag, rows, build, isOpen) => {
  const body = h("div");
  const details = h("details", { open: isOpen }, h("summary", {}, title, h("span", { class: "tag" }, tag), h("span", { class: "since" }, ` ${rows.toLocaleString("en-US")} ${rows === 1 ? "row" : "rows"}`)), body);
  const fill = () => { if (details.open && !body.childElementCount) build(body); };
  details.addEventListener("toggle", fill);
  fill();
  return details;
};

const subjectTables = (subject) => {
  const parts = Object.entries(index.tables)
    .filter(([name]) => subject.tables[name])
    .map(([name, { title, columns }]) => tableDetails(title, DERIVED.has(name) ? "derived" : "as recorded", subject.tables[name].n,
      (body) => createTable(body, { name: `${subject.id}-${name}`, columns, data: subject.tables[name] }), name === "alerts"));
  const measured = Object.values(subject.m).reduce((sum, m) => sum + m.n, 0);
  if (measured) parts.push(tableDetails("Measurements", "as recorded", measured, (body) => createTable(body, { name: `${subject.id}-measurements`, ...measurementTable(subject) }), false));
  return h("section", { class: "subject-tables", "aria-label": "Tables behind the timeline" }, h("h2", {}, "The tables behind it"), parts);
};

let openTimeline = null;
const closeSubject = () => { openTimeline?.close(); openTimeline = null; };

const viewButtons = (timeline) => {
  const [first, last] = timeline.limits;
  const views = [
    ["Hours", "h", [Math.max(first, -1), Math.min(HOUR_DAYS, last)], true],
    ["First 28 days", "d", [Math.max(first, -7), Math.min(FIRST_DAYS, last)], last > FIRST_DAYS],
    ["Whole follow-up, days", "d", [first, last], true],
    ["Years", "y", [first, last], last > YEARS_FROM],
  ];
  const buttons = views.map(([label, unit, span, isUseful]) => h("button", {
    type: "button", disabled: !isUseful,
    onclick: (event) => {
      timeline.setView(unit, span);
      buttons.forEach((button) => button.setAttribute("aria-pressed", String(button === event.currentTarget)));
    },
  }, label));
  return buttons;
};

const addLane = (subject, timeline) => {
  const known = timeline.drawnTests();
  const tests = Object.keys(subject.m).filter((test) => !known.has(test) && readTest(subject, test).v.some((value) => value !== null)).sort();
  if (!tests.length) return null;
  const select = h("select", { onchange: () => { timeline.add(select.value); select.querySelector(`option[value="${CSS.escape(select.value)}"]`).disabled = true; select.value = ""; } },
    h("option", { value: "" }, "test"), tests.map((test) => h("option", { value: test }, test)));
  return h("label", {}, "Add a lane ", select);
};

const neighbor = (id, step) => {
  const other = subjectIds[subjectIds.indexOf(id) + step];
  return other === undefined ? null : h("a", { href: `#/subject/${encodeURIComponent(other)}` }, step < 0 ? `← ${other}` : `${other} →`);
};

const openSubject = (article, id) => {
  closeSubject();
  const subject = readSubject(id);
  const host = h("div", { class: "canvas timeline", tabindex: "0", role: "application", "aria-roledescription": "timeline", "aria-label": `Timeline of subject ${id}: arrow keys read all lanes, plus and minus zoom, Home shows everything` });
  const readout = h("div", { class: "readout", role: "status", "aria-live": "off" });
  const controls = h("div", { class: "controls" });
  article.replaceChildren(
    h("div", { class: "subject-head" }, h("h1", {}, `Subject ${id}`), neighbor(id, -1), neighbor(id, 1), h("a", { href: "#/" }, "Overview")),
    h("dl", { class: "facts" }, subject.facts.map(([label, value]) => h("div", {}, h("dt", {}, label), h("dd", {}, value)))),
    controls, readout, host, subjectTables(subject));
  article.hidden = false;
  const timeline = createTimeline(host, readout, subject);
  openTimeline = timeline;
  const name = `${index.study}-${id}-timeline`;
  const buttons = viewButtons(timeline);
  controls.append(...buttons, h("span", { class: "gap" }), ...[addLane(subject, timeline)].filter(Boolean), h("span", { class: "gap" }),
    ...["svg", "png"].map((kind) => h("button", { type: "button", class: "plain", onclick: () => saveChart(timeline.chart, name, kind) }, kind.toUpperCase())),
    h("button", { type: "button", class: "plain", onclick: () => saveMeasurements([id], name) }, "data (CSV)"));
  buttons[buttons[1].disabled ? 2 : 1].click();
  host.addEventListener("focus", () => readout.setAttribute("aria-live", "polite"));
  host.addEventListener("blur", () => readout.setAttribute("aria-live", "off"));
};
