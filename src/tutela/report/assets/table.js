// A table over columns of data: sorted by its headings, filtered by words and by groups, shown in steps.

const STEP = 15;
const MAX_GROUPS = 12;
const MAX_SELECTS = 3;
const LONG_TEXT = 48;
const CLIPPED_TEXT = 180;
const MANY_LONG = 2;
const MANY_COLUMNS = 9;

const VERDICTS = { ALERT: "alert", NO_ALERT: "no alert", NOT_EVALUABLE: "not evaluable" };

const markedText = (text) => {
  const parts = printedPowers(text).split("[unverified]");
  return parts.flatMap((part, i) => (i === 0 ? [part] : [h("span", { class: "mark" }, "unverified"), part]));
};

const subjectsCell = (ids) => {
  if (!ids || !ids.length) return none();
  const details = h("details", {}, h("summary", {}, `${ids.length} ${ids.length === 1 ? "subject" : "subjects"}`));
  details.addEventListener("toggle", () => {
    if (details.childElementCount === 1) details.append(h("ul", { class: "links" }, ids.map((id) => h("li", {}, subjectLink(id)))));
  });
  return details;
};

// Source rows stand behind their number: they matter when a finding is questioned.
const evidenceCell = (text) => {
  if (!text) return none();
  const n = text.split(", ").length;
  const details = h("details", {}, h("summary", {}, `${n} ${n === 1 ? "row" : "rows"}`));
  details.addEventListener("toggle", () => { if (details.childElementCount === 1) details.append(h("p", { class: "rows" }, text)); });
  return details;
};

// A text that would make its row tall shows its beginning; the rest is one press away, and always in print.
const clipped = (content) => {
  const text = h("div", { class: "clip" }, content);
  const button = h("button", { type: "button", class: "plain", "aria-expanded": "false", onclick: () => {
    const isOpen = text.classList.toggle("open");
    button.textContent = isOpen ? "less" : "more";
    button.setAttribute("aria-expanded", String(isOpen));
  } }, "more");
  return [text, button];
};

// Grades in words: "3", "1 to 2", "1-2"; anything else is text.
const gradesCell = (value) => {
  const found = /^([0-5])(?:(?: to |[-–])([0-5]))?$/.exec(value.trim());
  if (!found) return markedText(value);
  return found[2] === undefined ? gradeChip(Number(found[1])) : [gradeChip(Number(found[1])), "–", gradeChip(Number(found[2]))];
};

const CELLS = {
  subject: (value) => (subjectBlocks.has(value) ? subjectLink(value) : value),
  subjects: subjectsCell,
  evidence: evidenceCell,
  texts: (value) => (value && value.length ? value.join(", ") : none()),
  grade: gradeChip,
  bounds: gradesCell,
  grades: gradesCell,
  integer: (value) => value.toLocaleString("en-US"),
  number: formatNumber,
  flag: (value) => (value ? "yes" : "no"),
  severity: (value) => h("span", { class: `severity ${value}` }, value),
  verdict: (value) => VERDICTS[value] ?? value,
  text: (value) => (value === "" ? none() : value.length > CLIPPED_TEXT ? clipped(markedText(value)) : markedText(String(value))),
};

const cell = (kind, value) => (value === null || value === undefined ? none() : CELLS[kind](value));

const RANKS = { critical: 0, warning: 1, notice: 2 };
const sortKey = (kind, value) => {
  if (value === null || value === undefined || value === "") return null;
  if (kind === "subjects" || kind === "texts") return value.length;
  if (kind === "grade") return Math.abs(value);
  // "1-3": by the upper bound, then by the lower.
  if (kind === "bounds") return 10 * Number(value.split("-").at(-1)) + Number(value.split("-")[0]);
  if (kind === "severity") return RANKS[value] ?? 9;
  return typeof value === "boolean" ? Number(value) : value;
};

const compare = (a, b) => (typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b), "en", { numeric: true }));

const createTable = (host, { name, columns, data }) => {
  const values = columns.map(([column]) => decode(data.c[column], data.n));
  const all = Array.from({ length: data.n }, (_, i) => i);
  const state = { words: "", chosen: new Map(), sorted: null, isDescending: false, limit: STEP };
  let rows = all;
  let words = null;

  const rowWords = () => {
    words ??= all.map((i) => values.map((column) => csvCell(column[i])).join("\t").toLowerCase());
    return words;
  };
  const arrange = () => {
    rows = all.filter((i) => [...state.chosen].every(([at, value]) => String(values[at][i] ?? "") === value));
    if (state.words) {
      const wanted = state.words.toLowerCase().split(/\s+/);
      rows = rows.filter((i) => wanted.every((word) => rowWords()[i].includes(word)));
    }
    if (state.sorted !== null) {
      const kind = columns[state.sorted][2];
      const keys = values[state.sorted].map((value) => sortKey(kind, value));
      const sign = state.isDescending ? -1 : 1;
      rows = [...rows].sort((a, b) => {
        if (keys[a] === null || keys[b] === null) return (keys[a] === null) - (keys[b] === null) || a - b;
        return sign * compare(keys[a], keys[b]) || a - b;
      });
    }
    paint();
  };

  const isLong = columns.map(([, , kind], at) => kind === "text" && values[at].some((value) => value && value.length > LONG_TEXT));
  const className = (at) => `k-${columns[at][2]}${isLong[at] ? " long" : ""}`;
  const sortBy = (at) => {
    if (state.sorted === at && state.isDescending) state.sorted = null;
    else [state.isDescending, state.sorted] = [state.sorted === at, at];
    arrange();
  };
  const headings = columns.map(([, label, kind], at) => h("th", { scope: "col", class: `k-${kind}` }, h("button", { type: "button", onclick: () => sortBy(at) }, label)));
  const body = h("tbody");
  const count = h("span");
  const more = h("button", { type: "button", onclick: () => { state.limit += 4 * STEP; paint(); } }, "Show more");
  const everything = h("button", { type: "button", onclick: () => { state.limit = Infinity; paint(); } }, "Show all");

  const paint = () => {
    headings.forEach((heading, at) => {
      if (state.sorted === at) heading.setAttribute("aria-sort", state.isDescending ? "descending" : "ascending");
      else heading.removeAttribute("aria-sort");
    });
    const shown = rows.slice(0, state.limit);
    body.replaceChildren(...shown.map((i) => h("tr", {}, columns.map(([, , kind], at) => h("td", { class: className(at) }, cell(kind, values[at][i]))))));
    count.textContent = rows.length === data.n ? `${shown.length} of ${data.n} rows ` : `${shown.length} of ${rows.length} rows that match, ${data.n} in all `;
    more.hidden = everything.hidden = shown.length >= rows.length;
  };

  const groups = columns
    .map(([, label, kind], at) => ({ label, at, kind, found: ["text", "grades", "severity", "verdict"].includes(kind) && data.n > STEP ? [...new Set(values[at].filter((value) => value !== null && value !== ""))] : [] }))
    .filter(({ found, at }) => found.length > 1 && found.length <= MAX_GROUPS && !isLong[at])
    .slice(0, MAX_SELECTS);
  const choose = (at, value) => {
    if (value === "") state.chosen.delete(at);
    else state.chosen.set(at, value);
    arrange();
  };
  const selects = groups.map(({ label, at, found }) =>
    h("label", {}, `${label} `, h("select", { onchange: (event) => choose(at, event.target.value) },
      h("option", { value: "" }, "all"), [...found].sort().map((value) => h("option", { value }, VERDICTS[value] ?? value)))));
  const search = h("input", { type: "search", "aria-label": "Rows that contain these words", placeholder: "filter rows", oninput: (event) => { state.words = event.target.value.trim(); state.limit = STEP; arrange(); } });
  const download = h("button", { type: "button", class: "plain", onclick: () => saveCsv(name, columns.map(([column]) => column), values, data.n) }, "CSV");

  host.replaceChildren(
    h("div", { class: "filters" }, data.n > STEP ? search : null, selects, download),
    h("div", { class: "wide" }, h("table", { class: isLong.filter(Boolean).length > MANY_LONG || columns.length > MANY_COLUMNS ? "dense" : null }, h("thead", {}, h("tr", {}, headings)), body)),
    h("div", { class: "pager" }, more, everything, count),
  );
  arrange();
};
