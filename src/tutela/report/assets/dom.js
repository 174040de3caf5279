// Elements, words for numbers, files saved locally. Text is always set as text, never as markup.

const h = (tag, attributes = {}, ...children) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  return element;
};

const none = () => h("span", { class: "none", title: "no value" }, "–");

// Four significant digits, whole numbers in full; an exponent only where a reader would write one.
const formatNumber = (value) => {
  if (value === null || value === undefined) return "–";
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e7)) return value.toPrecision(4).replace(/\.?0+e/, "e");
  const digits = size === 0 ? 0 : Math.max(0, 3 - Math.floor(Math.log10(size)));
  return value.toLocaleString("en-US", { maximumFractionDigits: Math.min(digits, 20) });
};

const UNITS_IN_PRINT = [["10^9/L", "10⁹/L"], ["10^12/L", "10¹²/L"], ["degC", "°C"], [/\bu(?=[a-zA-Z])/g, "µ"], [/^1$/, ""]];
const formatUnit = (unit) => UNITS_IN_PRINT.reduce((text, [from, to]) => text.replace(from, to), unit ?? "");

const POWERS = { 3: "³", 6: "⁶", 9: "⁹", 12: "¹²" };
const printedPowers = (text) => text.replace(/\b10\^(3|6|9|12)\b/g, (_, power) => `10${POWERS[power]}`).replace(/ x 10(?=[³⁶⁹¹])/g, " × 10");

const DAYS_PER_YEAR = 365.25;

const formatDay = (day) => (day === null || day === undefined ? "not dated" : `day ${day.toFixed(2)}`);

// A day with its hours in the first two weeks, its years after the second.
const formatMoment = (day) => {
  if (Math.abs(day) < 14) return `day ${day.toFixed(2)} (${(day * 24).toFixed(1)} h)`;
  return Math.abs(day) >= 2 * DAYS_PER_YEAR ? `day ${day.toFixed(0)} (${(day / DAYS_PER_YEAR).toFixed(2)} y)` : `day ${day.toFixed(1)}`;
};

const subjectLink = (id) => h("a", { href: `#/subject/${encodeURIComponent(id)}` }, id);

const gradeChip = (grade) => {
  if (grade === null || grade === undefined) return none();
  const size = Math.abs(grade);
  // A signed laboratory grade: negative for low, positive for high.
  const sign = grade < 0 ? "↓" : "";
  return h("span", { class: `g g${Math.min(size, 5)}`, title: `grade ${size}${sign ? ", low direction" : ""}` }, `${sign}${size}`);
};

const save = (name, content, type) => {
  const address = URL.createObjectURL(content instanceof Blob ? content : new Blob([content], { type }));
  h("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
};

const csvCell = (value) => {
  if (value === null || value === undefined) return "";
  const text = Array.isArray(value) ? value.join(" ") : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

const toCsv = (names, columns, n) => {
  const lines = [names.map(csvCell).join(",")];
  for (let i = 0; i < n; i++) lines.push(columns.map((column) => csvCell(column[i])).join(","));
  return `${lines.join("\r\n")}\r\n`;
};

const saveCsv = (name, names, columns, n) => save(`${index.study}-${name}.csv`, toCsv(names, columns, n), "text/csv;charset=utf-8");
