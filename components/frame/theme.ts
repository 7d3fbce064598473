/** What the user chose; `system` is no choice. */
export type Theme = "system" | "light" | "dark";

const KEY = "spoke-theme";
const CHANGED = "spoke-theme-changed";

/** Sets `data-theme` before the first paint. It runs as text in the page's head, so that a dark page never flashes white. */
export const themeScript = `try{var t=localStorage.getItem("${KEY}");if(t==="light"||t==="dark")document.documentElement.dataset.theme=t}catch(e){}`;

/** What is chosen in this browser. */
export function readTheme(): Theme {
  const theme = document.documentElement.dataset.theme;
  return theme === "light" || theme === "dark" ? theme : "system";
}

/** Chooses a theme for this browser: at once here, and in its other tabs. */
export function chooseTheme(theme: Theme) {
  applyTheme(theme);
  try {
    if (theme === "system") localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, theme);
  } catch {
    // A browser that keeps nothing still shows the theme until the page is left.
  }
}

/** Calls `listener` when the theme changes, here or in another tab. Gives the function that ends it. */
export function subscribeTheme(listener: () => void): () => void {
  const onStorage = (event: StorageEvent) => {
    if (event.key !== KEY) return;
    applyTheme(event.newValue === "light" || event.newValue === "dark" ? event.newValue : "system");
  };
  addEventListener("storage", onStorage);
  addEventListener(CHANGED, listener);
  return () => {
    removeEventListener("storage", onStorage);
    removeEventListener(CHANGED, listener);
  };
}

function applyTheme(theme: Theme) {
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  dispatchEvent(new Event(CHANGED));
}
