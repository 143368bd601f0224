"""What every page must be for everybody: WCAG 2.2 as far as a program can tell it.

The rules are those numbered in `RULES`; contrast is computed as WCAG 2.2 defines it,
https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio.
"""

from playwright.sync_api import Page

LOOK = r"""
() => {
  const found = [];
  const shown = (e) => e.checkVisibility({ visibilityProperty: true, opacityProperty: true })
    && e.getClientRects().length > 0;
  const say = (rule, e, more = "") =>
    found.push(`${rule}: ${e.outerHTML.slice(0, 160)} ${more}`.trim());
  const root = document.documentElement;

  if (root.scrollWidth > root.clientWidth) {
    for (const e of document.body.querySelectorAll("*")) {
      if (e.getBoundingClientRect().right > root.clientWidth + 1) {
        say("1.4.10 wider than the window", e, `${root.scrollWidth} > ${root.clientWidth}`);
      }
    }
    if (!found.length) say("1.4.10 wider than the window", root);
  }
  if (!root.lang) say("3.1.1 no language", root);
  if (!document.title.trim()) say("2.4.2 no title", root);
  if (document.querySelectorAll("main").length !== 1) say("1.3.1 not one main part", root);

  const headings = [...document.querySelectorAll("h1,h2,h3,h4,h5,h6")].filter(shown);
  if (headings.filter((e) => e.tagName === "H1").length !== 1) say("1.3.1 not one h1", root);
  let level = 0;
  for (const e of headings) {
    const own = Number(e.tagName[1]);
    if (own > level + 1) say("1.3.1 a level of headings is left out", e);
    if (!e.textContent.trim()) say("2.4.6 an empty heading", e);
    level = own;
  }

  const ids = [...document.querySelectorAll("[id]")].map((e) => e.id);
  for (const id of new Set(ids.filter((each, at) => ids.indexOf(each) !== at))) {
    say("4.1.2 an id twice", document.getElementById(id));
  }
  for (const name of ["aria-labelledby", "aria-describedby"]) {
    for (const e of document.querySelectorAll(`[${name}]`)) {
      for (const id of e.getAttribute(name).split(/\s+/)) {
        if (id && !document.getElementById(id)) say("1.3.1 points to nothing", e, id);
      }
    }
  }
  const named = (e) => [e.textContent, e.getAttribute("aria-label"), e.title,
    ...[...e.querySelectorAll("img")].map((i) => i.alt)].some((t) => t?.trim());
  for (const e of document.querySelectorAll("input:not([type=hidden]),select,textarea")) {
    if (!shown(e)) continue;
    if (![...(e.labels ?? [])].some(named) && !e.getAttribute("aria-label")
        && !e.getAttribute("aria-labelledby")) say("3.3.2 a field without a label", e);
  }
  for (const e of document.querySelectorAll("a[href],button,summary")) {
    if (shown(e) && !named(e)) say("4.1.2 nothing says what it does", e);
  }
  for (const e of document.querySelectorAll("img")) {
    if (!e.hasAttribute("alt")) say("1.1.1 a picture without words", e);
  }
  for (const e of document.querySelectorAll("iframe")) {
    if (!e.title) say("4.1.2 a frame without a name", e);
  }
  for (const e of document.querySelectorAll("[role=table],table")) {
    if (shown(e) && !e.querySelector("th[scope]")) say("1.3.1 a table without headings", e);
  }

  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = (top, below) => [0, 1, 2].map((i) => top[i] * top[3] + below[i] * (1 - top[3]));
  const ground = (e) => {
    for (let at = e, layers = []; ; at = at.parentElement) {
      const own = at ? rgba(getComputedStyle(at).backgroundColor) : [255, 255, 255, 1];
      layers.push(own);
      if (own[3] === 1) return layers.reverse().reduce((below, top) => over(top, below), own);
    }
  };
  const luminance = (colour) => {
    const [r, g, b] = colour.map((c) => {
      const s = c / 255;
      return s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const looked = new Set();
  while (walker.nextNode()) {
    const e = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || looked.has(e) || !shown(e)) continue;
    looked.add(e);
    if (e.closest(":disabled,.visually-hidden,.skip,script,style,option")) continue;
    const style = getComputedStyle(e);
    const below = ground(e);
    const [one, two] = [luminance(over(rgba(style.color), below)), luminance(below)];
    const ratio = (Math.max(one, two) + 0.05) / (Math.min(one, two) + 0.05);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    if (ratio < (large ? 3 : 4.5)) say("1.4.3 too little contrast", e, ratio.toFixed(2));
  }
  return found;
}
"""
FOCUS = r"""
() => {
  const e = document.activeElement;
  if (!e || e === document.body) return null;
  const style = getComputedStyle(e);
  const box = e.getBoundingClientRect();
  return {
    name: (e.labels?.[0]?.textContent || e.getAttribute("aria-label") || e.textContent).trim(),
    tag: e.tagName.toLowerCase(),
    outlined: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    onScreen: box.width > 0 && box.bottom > 0 && box.top < innerHeight && box.left < innerWidth,
  };
}
"""


def assert_good_looks(page: Page) -> None:
    """Fail with every rule that the page breaks, and where."""
    broken = page.evaluate(LOOK)
    assert not broken, "\n".join((page.url, *broken))


def focused(page: Page) -> dict[str, object] | None:
    """Return what has the keyboard, which must be seen to have it; None when the browser has it."""
    found = page.evaluate(FOCUS)
    if found is None:
        return None
    assert found["outlined"], found
    assert found["onScreen"], found
    return dict(found)
