// Style sheets that only some pages need, fetched with the page and kept.
const loaded = new Map();

/** Resolves when the named sheets apply. A sheet that fails must not keep the page away. @param {string[]} names */
export function needs(names = []) {
  return Promise.all(names.map((name) => {
    if (!loaded.has(name)) loaded.set(name, load(`/static/css/${name}.css`));
    return loaded.get(name);
  }));
}

function load(href) {
  return new Promise((resolve) => {
    const link = document.createElement('link');
    link.rel = 'stylesheet';
    link.href = href;
    link.onload = resolve;
    link.onerror = resolve;
    document.head.append(link);
  });
}
