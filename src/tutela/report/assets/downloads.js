// The inputs behind a figure or number, put together from the page's own data and saved locally.

const saveMeasurements = (ids, name) => {
  const names = ["subject", "time_d", "test", "value", "value_raw", "unit", "low", "high", "lloq", "is_censored", "visit", "source_file", "source_row"];
  const lines = [names.join(",")];
  for (const id of ids) {
    const subject = readSubject(id);
    for (const test of Object.keys(subject.m)) {
      const m = readTest(subject, test);
      for (let i = 0; i < m.n; i++) {
        const day = m.t[i] === null ? null : Number((m.t[i] / DAY).toFixed(4));
        lines.push([id, day, test, m.v[i], m.x[i], m.u[i], m.l[i], m.h[i], m.q[i], m.c[i] === 1, m.p[i], index.files[m.f[i]], m.r[i]].map(csvCell).join(","));
      }
    }
  }
  save(`${name}.csv`, `${lines.join("\r\n")}\r\n`, "text/csv;charset=utf-8");
};

const saveSubjectTable = (name) => {
  const names = ["subject", ...index.tables[name].columns.map(([column]) => column)];
  const rows = subjectIds.flatMap((id) => readTable(readSubject(id), name).map((row) => ({ subject: id, ...row })));
  saveCsv(name, names, names.map((column) => rows.map((row) => row[column])), rows.length);
};

const saveSubjects = () => {
  const columns = decodeTable(index.subjects);
  saveCsv("subjects", Object.keys(columns), Object.values(columns), index.subjects.n);
};

const saveRejected = () => {
  const { columns, data } = tables["rejected-rows"];
  saveCsv("rejected", columns.map(([name]) => name), columns.map(([name]) => decode(data.c[name], data.n)), data.n);
};

const INPUTS = {
  subjects: saveSubjects,
  measurements: () => saveMeasurements(subjectIds, `${index.study}-measurements`),
  rejected: saveRejected,
  treatments: index.tables.treatments && (() => saveSubjectTable("treatments")),
  events: index.tables.events && (() => saveSubjectTable("events")),
};

const startDownloads = () => {
  document.querySelectorAll("[data-input]").forEach((button) => {
    const give = INPUTS[button.dataset.input];
    if (give) button.addEventListener("click", give);
    else button.replaceWith(button.dataset.input);
  });
  document.getElementById("save-manifest").addEventListener("click", () =>
    save(`${index.study}-manifest.json`, document.getElementById("manifest-text").textContent, "application/json"));
};
