// From a subject's data to the rows of each lane.

const [INK, MUTED, PAPER] = [template.neutrals.ink, template.neutrals.muted, template.neutrals.paper];
const DAY = 1440;
const { fill: gradeFill, text: gradeText } = template.grades;
const ROW = template.sizes.row;
const ROLE_SHAPES = { antipyretic: "M-0.18,-0.8L0.18,-0.8L0.18,0.8L-0.18,0.8Z", anticytokine: "triangle-down", steroid: "diamond" };
const DEVICES = ["room_air", "nasal_cannula", "blow_by", "face_mask", "venturi", "non_rebreather", "high_flow", "cpap", "bipap", "invasive_ventilation"];
const MAX_EVENT_ROWS = 10;
const MAX_LIMITS = 5;
const MIN_ROOM = 30;
const LABEL_HEIGHT = 12;

const lastDay = (subject) => {
  let last = 0;
  for (const test of Object.keys(subject.m)) {
    const times = readTest(subject, test).t;
    for (let i = times.length - 1; i >= 0; i--) if (times[i] !== null) { last = Math.max(last, times[i] / DAY); break; }
  }
  for (const name of ["treatments", "events"]) readTable(subject, name).forEach((row) => { last = Math.max(last, row.start ?? 0, row.end ?? 0); });
  return last;
};

const firstDay = (subject) => {
  let first = 0;
  for (const test of Object.keys(subject.m)) {
    const day = readTest(subject, test).t[0];
    if (day !== null && day !== undefined) first = Math.min(first, day / DAY);
  }
  readTable(subject, "treatments").forEach((row) => { first = Math.min(first, row.start ?? 0); });
  return first;
};

// ---- ribbons

const ribbonLane = (subject, lane) => {
  if (!subject.runs[lane.id] && !subject.sites[lane.id]) return null;
  const runs = (subject.runs[lane.id] ? decodeRows(subject.runs[lane.id]) : []).map((run) => {
    const isKnown = run.low !== null && run.high !== null;
    const isHatched = !isKnown || run.low !== run.high;
    return {
      ...run, lane: lane.title, isHatched,
      fill: isKnown ? gradeFill[run.low] : PAPER,
      hatch: isKnown ? gradeFill[run.high] : MUTED,
      ink: isKnown ? gradeText[run.low] : MUTED,
      words: isKnown ? (isHatched ? `${run.low}-${run.high}` : `${run.low}`) : "?",
    };
  });
  const sites = (subject.sites[lane.id] ? decodeRows(subject.sites[lane.id]) : []).map((site) => ({ ...site, hasEnd: site.end !== null, end: site.end ?? site.start + 1 }));
  return { kind: "ribbon", height: template.sizes.ribbon + (sites.length ? ROW : 0), unit: sites.length ? "derived; site below" : "derived", values: { runs, sites } };
};

// ---- series

const seriesPoints = (subject, lane, series) => {
  const m = readTest(subject, series.test);
  const points = { rows: [], unit: "", hidden: 0, lloq: new Set(), test: series.test };
  if (!m) return points;
  const dense = m.n > 200 ? 5 : m.n > 80 ? 9 : 26;
  for (let i = 0; i < m.n; i++) {
    const isCensored = m.c[i] === 1;
    let value = isCensored && m.q[i] !== null ? m.q[i] : m.v[i];
    if (m.t[i] === null || value === null) continue;
    if (lane.is_per_uln) {
      if (!m.h[i]) { points.hidden += 1; continue; }
      value /= m.h[i];
    }
    if (lane.is_log && !(value > 0)) { points.hidden += 1; continue; }
    if (m.q[i] !== null && !lane.is_per_uln && (!lane.is_log || m.q[i] > 0)) points.lloq.add(m.q[i]);
    const grade = m.g[i];
    const isGraded = grade !== null && grade !== 0;
    points.unit = m.u[i] ?? points.unit;
    points.rows.push({
      day: m.t[i] / DAY, value, series: series.test, name: series.name, at: i, isJoined: true,
      color: series.color, weight: series.weight, dash: series.dash,
      shape: isCensored ? "triangle-down" : series.shape || "circle", size: isGraded ? Math.max(dense, 30) : series.shape ? dense : 0,
      fill: isGraded ? gradeFill[Math.min(Math.abs(grade), 5)] : isCensored ? PAPER : series.color, edge: isGraded ? INK : series.color,
    });
  }
  return points;
};

const join = (rows, maxGap) => rows.flatMap((row, i) => {
  const before = rows[i - 1];
  const isApart = before && row.day - before.day > maxGap;
  return isApart ? [{ ...row, day: (row.day + before.day) / 2, isJoined: false }, row] : [row];
});

const decades = (low, high) => {
  const [from, to] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  const every = (steps) => Array.from({ length: to - from + 1 }, (_, i) => steps.map((step) => step * 10 ** (from + i))).flat().filter((tick) => tick >= low * 0.999 && tick <= high * 1.001);
  const whole = every([1]);
  if (whole.length >= 3) return whole.filter((_, i) => i % Math.ceil(whole.length / 4) === 0);
  return whole.length === 2 ? whole : every([1, 2, 5]).slice(-4);
};

const linearTicks = (low, high) => {
  const rough = (high - low) / 3;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough * 0.8);
  const first = Math.ceil(low / step - 1e-9);
  return Array.from({ length: Math.floor(high / step + 1e-9) - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(10)));
};

const valueScale = (lane, values) => {
  let [low, high] = [Math.min(...values), Math.max(...values)];
  if (lane.is_log) {
    [low, high] = [low / 1.25, high * 1.25];
    return { scale: "log", domain: [low, high], ticks: decades(low, high) };
  }
  const pad = Math.max((high - low) * 0.06, 1e-6 * Math.abs(high), 1e-9);
  [low, high] = [low - pad, high + pad];
  return { scale: "linear", domain: [low, high], ticks: linearTicks(low, high) };
};

const pixel = (value, { scale, domain, roof }, height) => {
  const f = scale === "log" ? Math.log : (x) => x;
  return height - ((height - roof) * (f(value) - f(domain[0]))) / (f(domain[1]) - f(domain[0]));
};

// Names of limits that would print over each other move apart, up and down around their common place.
const spreadLabels = (limits, scale, height) => {
  const placed = [...limits].sort((a, b) => b.value - a.value).map((limit) => ({ limit, y: pixel(limit.value, scale, height) }));
  let floor = LABEL_HEIGHT / 2 - 4;
  placed.forEach((label) => { label.at = Math.max(label.y, floor); floor = label.at + LABEL_HEIGHT; });
  let ceiling = height - LABEL_HEIGHT / 2 + 6;
  [...placed].reverse().forEach((label) => { label.at = Math.min(label.at, ceiling); ceiling = label.at - LABEL_HEIGHT; });
  return placed.map(({ limit, y, at }) => ({ ...limit, shift: at - y }));
};

const seriesLane = (subject, lane) => {
  const found = lane.series.map((series) => seriesPoints(subject, lane, series)).filter((points) => points.rows.length);
  if (!found.length) return null;
  const rows = found.flatMap((points) => points.rows);
  const lloq = [...new Set(found.flatMap((points) => [...points.lloq]))].sort((a, b) => b - a).slice(0, 2);
  const bands = subject.bands[lane.id] ? decodeRows(subject.bands[lane.id]) : [];
  const values = rows.map((row) => row.value);
  const [lowest, highest] = [Math.min(...values), Math.max(...values)];
  // A limit far from every value would flatten the course; it is drawn when the values come near it.
  const near = (limit) => limit.isKept || (lane.is_log ? limit.value > lowest / 8 && limit.value < highest * 8 : true);
  const limits = [...lane.limits.filter(near), ...lloq.map((value) => ({ value, label: `LLOQ ${formatNumber(value)}` }))].slice(0, MAX_LIMITS);
  const shown = [...values, ...limits.map((limit) => limit.value), ...bands.flatMap((band) => [band.high, band.low ?? band.high]), ...(lane.least ?? [])];
  const given = readTable(subject, "treatments").filter((row) => lane.roles.includes(row.role) && row.start !== null && row.start !== undefined)
    .map((row) => ({ ...row, day: row.start, shape: ROLE_SHAPES[row.role] ?? "circle", color: template.roles[row.role] }));
  // Marks of what was given stand above the values.
  const scale = { ...valueScale(lane, shown), roof: given.length ? 14 : 0 };
  // Where two tests share a lane, each is named where its line ends.
  const names = found.length < 2 ? [] : found.map((points) => points.rows.at(-1)).map((row) => ({ value: row.value, label: `${row.shape === "diamond" ? "◆ " : ""}${row.name}`, color: row.color }));
  const ages = bands.slice(-1).map((band) => ({ value: band.high, label: band.label, color: MUTED }));
  const labels = spreadLabels([...ages, ...limits.map((limit) => ({ ...limit, color: MUTED })), ...names], scale, lane.height);
  const hidden = found.reduce((sum, points) => sum + points.hidden, 0);
  const unit = lane.unit || formatUnit(found[0].unit);
  return {
    kind: "series", height: lane.height, unit: hidden ? `${unit}; ${hidden} not drawn` : unit,
    values: {
      rows: rows.filter((row) => row.size > 0), joined: found.flatMap((points) => join(points.rows, lane.max_gap)),
      limits, labels, bands: bands.map((band) => ({ ...band, low: Math.max(band.low ?? -Infinity, scale.domain[0]) })), given,
      ...scale,
    },
  };
};

// ---- bars

const supportWords = (row) => {
  const flow = row.flow ? ` ${formatNumber(row.flow)} L/min` : "";
  const oxygen = row.fio2 ? ` FiO₂ ${formatNumber(row.fio2)}` : "";
  if (row.device) return `${row.device.replaceAll("_", " ")}${flow}${oxygen}`;
  return row.dose ? `${formatNumber(row.dose)} ${formatUnit(row.unit)}`.trim() : "";
};

const treatmentBars = (subject, lane) => {
  const last = lastDay(subject);
  const given = readTable(subject, "treatments").filter((row) => lane.roles.includes(row.role) && row.start !== null && row.start !== undefined && row.device !== "room_air");
  const nameOf = (row) => (row.role === "oxygen" ? "oxygen" : row.agent || row.treatment);
  const most = {};
  given.forEach((row) => { most[nameOf(row)] = Math.max(most[nameOf(row)] ?? 0, row.dose ?? 0); });
  const order = [...new Set(given.map((row) => lane.roles.indexOf(row.role)).sort((a, b) => a - b))];
  const names = [...new Set(order.flatMap((rank) => given.filter((row) => lane.roles.indexOf(row.role) === rank).map(nameOf)))];
  const strength = (row) => {
    if (row.device) return 0.2 + 0.75 * (DEVICES.indexOf(row.device) / (DEVICES.length - 1));
    return row.role === "vasopressor" && row.dose && most[nameOf(row)] ? 0.35 + 0.6 * (row.dose / most[nameOf(row)]) : 0.85;
  };
  const bars = given.map((row) => ({
    ...row, row: names.indexOf(nameOf(row)), end: row.end ?? (row.is_ongoing ? last : row.start), color: template.roles[row.role],
    strength: strength(row), ink: strength(row) > 0.5 ? "#fffffe" : INK, words: supportWords(row), hasEnd: row.end !== null && row.end !== undefined,
  }));
  return barsLane(names, bars);
};

const barsLane = (names, bars, unit = "") =>
  bars.length ? { kind: "bars", height: names.length * ROW, unit, values: { bars, names: names.map((name, row) => ({ name, row })), nameWidth: 104 } } : null;

const visitsOf = (subject) => {
  const visits = new Map();
  for (const test of Object.keys(subject.m)) {
    const m = readTest(subject, test);
    for (let i = 0; i < m.n; i++) if (m.p[i] && m.t[i] !== null) visits.set(m.p[i], Math.min(visits.get(m.p[i]) ?? Infinity, m.t[i] / DAY));
  }
  return [...visits].map(([visit, day]) => ({ visit, start: day, end: day }));
};

const eventBars = (subject) => {
  const last = lastDay(subject);
  const events = readTable(subject, "events").filter((row) => row.start !== null && row.start !== undefined);
  const worst = new Map();
  events.forEach((row) => worst.set(row.term, Math.max(worst.get(row.term) ?? -1, row.grade ?? -1)));
  const first = new Map();
  events.forEach((row) => first.set(row.term, Math.min(first.get(row.term) ?? Infinity, row.start)));
  const chosen = [...worst.keys()].sort((a, b) => worst.get(b) - worst.get(a) || first.get(a) - first.get(b)).slice(0, MAX_EVENT_ROWS);
  const names = chosen.sort((a, b) => first.get(a) - first.get(b));
  const bars = events.filter((row) => names.includes(row.term)).map((row) => {
    const hasGrade = row.grade !== null && row.grade !== undefined;
    return {
      ...row, row: names.indexOf(row.term), end: row.end ?? row.start, hasEnd: row.end !== null && row.end !== undefined, strength: 1,
      color: hasGrade ? gradeFill[row.grade] : MUTED, ink: hasGrade ? gradeText[row.grade] : PAPER, words: hasGrade ? `${row.grade}` : "",
    };
  });
  const visits = visitsOf(subject).filter((visit) => visit.start <= last);
  const marks = visits.map((visit) => ({ ...visit, row: names.length, color: MUTED, strength: 0.9, ink: PAPER, words: "" }));
  const left = worst.size - chosen.length;
  return barsLane(marks.length ? [...names, "visits"] : names, [...bars, ...marks], left > 0 ? `+${left} below` : "");
};

const buildLane = (subject, lane) => {
  const build = { ribbon: ribbonLane, series: seriesLane, bars: lane.id === "events" ? eventBars : treatmentBars };
  const built = build[lane.kind](subject, lane);
  // Title and unit need two lines of text.
  return built && { ...built, id: lane.id, title: lane.title, height: built.height, room: Math.max(built.height, MIN_ROOM) };
};

// A lane for a test that has none of its own, on a log axis where its values span more than two decades.
const freeLane = (subject, test) => {
  const values = readTest(subject, test).v.filter((value) => value !== null);
  const isLog = Math.min(...values) > 0 && Math.max(...values) / Math.min(...values) > 100;
  return { id: test, title: test, kind: "series", unit: "", height: 70, series: [{ test, name: test, color: INK, weight: 1.4, dash: [], shape: "circle" }], is_log: isLog, is_per_uln: false, limits: [], max_gap: 15, roles: [], least: null };
};
