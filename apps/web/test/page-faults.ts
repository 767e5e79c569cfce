/// <reference lib="dom" />
import type { Page } from "playwright-core";

/** What is wrong with the page as it stands, at its width, that axe does not look for. Each in a line. */
export function pageFaults(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth > clientWidth) found.push(`scrolls sideways by ${scrollWidth - clientWidth} px`);
    for (const table of document.querySelectorAll<HTMLTableElement>("table:not(:has(canvas))")) {
      const heads = [...table.querySelectorAll("thead th")];
      if (heads.length === 0 || heads.some((head) => head.getAttribute("scope") !== "col"))
        found.push(`table without headers: ${table.outerHTML.slice(0, 120)}`);
      if (!table.caption && !table.hasAttribute("aria-label")) found.push("table without a name");
    }
    return found;
  });
}
