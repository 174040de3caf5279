// Charts: drawn when they come into view, again when the theme changes or the page is printed.

const drawn = new Set();
const tip = document.getElementById("tip");

// The page has everything it needs; a specification that asks for more gets nothing.
const refuse = () => Promise.reject(new Error("This page loads nothing."));
const loader = { load: refuse, sanitize: refuse, http: refuse, file: refuse };

const placeTip = (event, pairs) => {
  const entries = pairs.filter(([, value]) => value !== null && value !== undefined && value !== "");
  tip.replaceChildren(h("dl", {}, entries.map(([name, value]) => [h("dt", {}, name), h("dd", {}, String(value))])));
  tip.hidden = false;
  const box = tip.getBoundingClientRect();
  const x = Math.min(event.clientX + 14, window.innerWidth - box.width - 8);
  const below = event.clientY + 18;
  tip.style.left = `${Math.max(4, x)}px`;
  tip.style.top = `${below + box.height > window.innerHeight ? event.clientY - box.height - 12 : below}px`;
};

const pairsOf = (value) => (value && typeof value === "object" ? Object.entries(value) : [["", value]]);

const showTip = (describe) => (_, event, item, value) => {
  if (value === null || value === undefined || value === "") tip.hidden = true;
  else placeTip(event, describe ? describe(value, item.datum) : pairsOf(value));
};

// chart: {element, spec() -> Vega specification, describe, renderer, view, after(view)}
const draw = (chart) => {
  chart.view?.finalize();
  const runtime = vega.parse(themed(chart.spec()), null, { ast: true });
  chart.view = new vega.View(runtime, {
    container: chart.element,
    renderer: themeState.isPrinting ? "svg" : chart.renderer,
    hover: false,
    loader,
    expr: vegaInterpreter.expressionInterpreter,
    tooltip: showTip(chart.describe),
  });
  drawn.add(chart);
  chart.element.style.minHeight = "0";
  chart.after?.(chart.view);
  return chart.view.runAsync().catch((error) => {
    chart.element.textContent = `This chart could not be drawn: ${error.message}`;
    console.error(error);
  });
};

const redrawAll = () => [...drawn].forEach(draw);

const forget = (chart) => {
  chart.view?.finalize();
  drawn.delete(chart);
};

const figures = readBlock("data-figures");
const figureCharts = new Map();
const DENSE_ROWS = 600;
const AXIS_PIXELS = 50;

// Every view gets its own rows: Vega writes into them.
const figureSpec = (key) => {
  const spec = structuredClone(figures.figures[key]);
  for (const data of spec.data ?? []) if (figures.datasets[data.name]) data.values = decodeRows(figures.datasets[data.name]);
  return spec;
};

const drawFigure = (figure) => {
  const key = figure.dataset.figure;
  if (figureCharts.has(key)) return;
  const rows = (figures.figures[key].data ?? []).reduce((sum, { name }) => sum + (figures.datasets[name]?.n ?? 0), 0);
  const chart = { element: figure.querySelector(".canvas"), spec: () => figureSpec(key), renderer: rows > DENSE_ROWS ? "canvas" : "svg" };
  figureCharts.set(key, chart);
  draw(chart);
};

const saveChart = async (chart, name, kind) => {
  if (kind === "svg") save(`${name}.svg`, await chart.view.toSVG(), "image/svg+xml");
  else (await chart.view.toCanvas(2)).toBlob((blob) => save(`${name}.png`, blob, "image/png"));
};

const saveFigureData = (key) => {
  const names = [...new Set((figures.figures[key].data ?? []).map(({ name }) => name).filter((name) => figures.datasets[name]))];
  names.forEach((name, at) => {
    const columns = decodeTable(figures.datasets[name]);
    saveCsv(names.length > 1 ? `${key}-${at + 1}` : key, Object.keys(columns), Object.values(columns), figures.datasets[name].n);
  });
};

const startFigures = (watch) => {
  document.querySelectorAll("[data-figure]").forEach((figure) => {
    const key = figure.dataset.figure;
    const { height } = figures.figures[key];
    if (typeof height === "number") figure.querySelector(".canvas").style.minHeight = `${height + AXIS_PIXELS}px`;
    watch(figure, () => drawFigure(figure));
    figure.querySelectorAll("[data-save]").forEach((button) => button.addEventListener("click", () => {
      drawFigure(figure);
      if (button.dataset.save === "csv") saveFigureData(key);
      else saveChart(figureCharts.get(key), `${index.study}-${key}`, button.dataset.save);
    }));
  });
};
