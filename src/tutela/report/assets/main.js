// Which part of the page is shown, and what is drawn when it comes into view.

const overview = document.getElementById("overview");
const article = document.getElementById("subject");
const main = document.getElementById("main");
const ROW_PIXELS = 34;
const tables = readBlock("data-tables");

const waiting = new Map();
const observer = new IntersectionObserver((entries) => entries.filter((entry) => entry.isIntersecting).forEach(({ target }) => show(target)), { rootMargin: "300px" });
const watch = (element, build) => { waiting.set(element, build); observer.observe(element); };
const show = (element) => {
  const build = waiting.get(element);
  waiting.delete(element);
  observer.unobserve(element);
  build?.();
};

// Room is kept for what is not built yet, so that a link into the page lands where it should.
const startTables = () => document.querySelectorAll("[data-table]").forEach((element) => {
  const body = element.querySelector(".body");
  const table = tables[element.dataset.table];
  body.style.minHeight = `${ROW_PIXELS * (Math.min(table.data.n, STEP) + 2)}px`;
  watch(element, () => {
    body.style.minHeight = "";
    createTable(body, { name: element.dataset.table, ...table });
  });
});

let overviewScroll = 0;
const route = () => {
  tip.hidden = true;
  const subject = location.hash.startsWith("#/subject/") ? decodeURIComponent(location.hash.slice("#/subject/".length)) : null;
  if (subject !== null && subjectBlocks.has(subject)) {
    if (!overview.hidden) overviewScroll = window.scrollY;
    overview.hidden = true;
    openSubject(article, subject);
    window.scrollTo(0, 0);
    main.focus({ preventScroll: true });
    document.title = `${subject} · ${index.study}`;
    return;
  }
  const wasSubject = overview.hidden;
  closeSubject();
  article.hidden = true;
  overview.hidden = false;
  document.title = `${index.study} · safety report`;
  const target = location.hash.startsWith("#/") ? null : document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target) target.scrollIntoView();
  else if (wasSubject) window.scrollTo(0, overviewScroll);
};

const startFind = () => {
  const input = document.getElementById("find");
  const go = () => {
    const id = subjectIds.find((candidate) => candidate.toLowerCase() === input.value.trim().toLowerCase());
    if (id === undefined) return false;
    location.hash = `#/subject/${encodeURIComponent(id)}`;
    input.value = "";
    return true;
  };
  input.addEventListener("change", go);
  input.form.addEventListener("submit", (event) => {
    event.preventDefault();
    input.setCustomValidity(go() ? "" : "There is no such subject.");
    input.reportValidity();
  });
  input.addEventListener("input", () => input.setCustomValidity(""));
};

const startPrint = () => {
  document.getElementById("print").addEventListener("click", () => window.print());
  window.addEventListener("beforeprint", () => {
    themeState.isPrinting = true;
    if (!overview.hidden) [...waiting.keys()].forEach(show);
    redrawAll();
  });
  window.addEventListener("afterprint", () => { themeState.isPrinting = false; redrawAll(); });
};

const startMore = () => document.querySelectorAll(".show-more").forEach((button) => button.addEventListener("click", () => {
  document.querySelector(`table.${button.dataset.of}`).classList.add("all");
  button.remove();
}));

const startToc = () => {
  const links = new Map([...document.querySelectorAll(".toc a")].map((link) => [link.hash.slice(1), link]));
  const seen = new IntersectionObserver((entries) => entries.forEach(({ target, isIntersecting }) => {
    if (!isIntersecting) return;
    links.forEach((link) => link.removeAttribute("aria-current"));
    links.get(target.id)?.setAttribute("aria-current", "true");
  }), { rootMargin: "-10% 0px -80% 0px" });
  overview.querySelectorAll("section[id]").forEach((section) => seen.observe(section));
};

startTheme(redrawAll);
startTables();
startFigures(watch);
startDownloads();
startFind();
startPrint();
startMore();
startToc();
window.addEventListener("hashchange", route);
route();
document.documentElement.dataset.ready = "true";
