// The inverse of tutela/report/embed.py: tables by columns, as they stand in the page's data blocks.

const readBlock = (id) => JSON.parse(document.getElementById(id).textContent);

const decode = (column, n) => {
  if (Array.isArray(column)) return column;
  if ("k" in column) return new Array(n).fill(column.k);
  if ("i" in column) return column.i.map((code) => (code < 0 ? null : column.d[code]));
  if ("s" in column) return column.s.map((code) => (code < 0 ? null : index.texts[code]));
  if ("l" in column) return column.l.map((codes) => codes.map((code) => column.d[code]));
  let sum = 0;
  return column.z.map((step) => (sum += step));
};

const decodeTable = (table) =>
  Object.fromEntries(Object.entries(table.c).map(([name, column]) => [name, decode(column, table.n)]));

const decodeRows = (table) => {
  const columns = decodeTable(table);
  const names = Object.keys(columns);
  return Array.from({ length: table.n }, (_, i) => Object.fromEntries(names.map((name) => [name, columns[name][i]])));
};

const index = readBlock("data-index");
const template = readBlock("data-timeline");

const subjectBlocks = new Map();
document.querySelectorAll("script[data-subject]").forEach((block) => subjectBlocks.set(block.dataset.subject, block));
const subjectIds = [...subjectBlocks.keys()];

// A subject's data is parsed when first asked for; the last few stay parsed.
const parsedSubjects = new Map();
const readSubject = (id) => {
  if (!parsedSubjects.has(id)) {
    if (parsedSubjects.size > 8) parsedSubjects.delete(parsedSubjects.keys().next().value);
    const data = JSON.parse(subjectBlocks.get(id).textContent);
    parsedSubjects.set(id, { id, decoded: new Map(), ...data, times: decode(data.times, 1) });
  }
  return parsedSubjects.get(id);
};

// One test of a subject as plain columns; a column the study lacks is null in every row.
const MEASURED = ["t", "v", "u", "f", "r", "c", "q", "h", "l", "g", "x", "p"];
const readTest = (subject, test) => {
  const packed = subject.m[test];
  if (!packed) return null;
  if (!subject.decoded.has(test)) subject.decoded.set(test, decodeTest(packed, subject.times));
  return subject.decoded.get(test);
};
const decodeTest = (packed, times) => {
  const columns = Object.fromEntries(MEASURED.map((name) => [name, decode(packed[name] === undefined ? { k: null } : packed[name], packed.n)]));
  // Times are written as places in the subject's own list of times.
  return { n: packed.n, ...columns, t: columns.t.map((place) => (place === null ? null : times[place])) };
};

const readTable = (subject, name) => (subject.tables[name] ? decodeRows(subject.tables[name]) : []);
