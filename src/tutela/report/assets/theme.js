// Light and dark: the page by its style sheet, the charts by exchanging the few neutrals of the palette.

const THEMES = ["system", "light", "dark"];
const systemDark = window.matchMedia("(prefers-color-scheme: dark)");
const themeState = { choice: "system", isPrinting: false };

const isDark = () =>
  !themeState.isPrinting && (themeState.choice === "dark" || (themeState.choice === "system" && systemDark.matches));

const exchange = (node) => {
  if (typeof node === "string") return index.dark[node] ?? node;
  if (Array.isArray(node)) return node.map(exchange);
  if (node && typeof node === "object") return Object.fromEntries(Object.entries(node).map(([key, value]) => [key, exchange(value)]));
  return node;
};

const themed = (spec) => (isDark() ? exchange(spec) : spec);

const startTheme = (redraw) => {
  const button = document.getElementById("theme");
  button.addEventListener("click", () => {
    themeState.choice = THEMES[(THEMES.indexOf(themeState.choice) + 1) % THEMES.length];
    button.textContent = `Theme: ${themeState.choice}`;
    if (themeState.choice === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = themeState.choice;
    redraw();
  });
  systemDark.addEventListener("change", redraw);
};
