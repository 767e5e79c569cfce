/// <reference lib="dom" />
import type { Page } from "playwright-core";

/** More presses than any page has stops. */
const MOST_STOPS = 600;
/** Asking after each press whether the page is through would take as long again. */
const AT_ONCE = 8;

/** Walks through the whole page by Tab, from the top, wherever the focus was. Faults, each in a line. */
export async function tabWalk(page: Page): Promise<readonly string[]> {
  await page.evaluate(() => {
    const top = document.createElement("span");
    top.tabIndex = -1;
    document.body.prepend(top);
    top.focus();
    top.remove();
    scrollTo(0, 0);
    const tag = (element: Element) => element.outerHTML.slice(0, 140);
    const stops = [
      ...document.querySelectorAll<HTMLElement>("a[href], button, input, select, textarea, summary, [tabindex='0']"),
    ].filter(
      (each) => each.checkVisibility({ visibilityProperty: true }) && each.tabIndex >= 0 && !each.matches(":disabled"),
    );
    const state = { expected: new Set<Element>(stops), seen: [] as Element[], faults: [] as string[] };
    Object.assign(window, { walkState: state });
    document.addEventListener("focusin", ({ target }) => {
      const element = target as HTMLElement;
      const again = state.seen.includes(element);
      state.seen.push(element);
      if (again) return;
      if (getComputedStyle(element).outlineStyle === "none") state.faults.push(`shows no focus: ${tag(element)}`);
      const box = element.getBoundingClientRect();
      const inView = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
      if (!inView) state.faults.push(`is out of sight: ${tag(element)}`);
      const header = document.querySelector("header")?.getBoundingClientRect().bottom ?? 0;
      if (!element.closest("header") && !element.matches("[href='#main']") && box.bottom <= header)
        state.faults.push(`is behind the header: ${tag(element)}`);
    });
  });
  for (let presses = 0; presses < MOST_STOPS; presses += AT_ONCE) {
    for (let press = 0; press < AT_ONCE; press++) await page.keyboard.press("Tab");
    const isOver = await page.evaluate(() => {
      const { seen } = (window as unknown as { walkState: { seen: Element[] } }).walkState;
      return document.activeElement === document.body || seen.indexOf(seen.at(-1) as Element) < seen.length - 1;
    });
    if (isOver) break;
  }
  return page.evaluate(() => {
    const { walkState } = window as unknown as {
      walkState: { expected: Set<Element>; seen: Element[]; faults: string[] };
    };
    const { expected, faults } = walkState;
    const seen = [...new Set(walkState.seen)].filter((element) => expected.has(element));
    const tag = (element: Element) => element.outerHTML.slice(0, 140);
    for (const element of expected) if (!seen.includes(element)) faults.push(`is never reached: ${tag(element)}`);
    for (const [at, element] of seen.entries()) {
      const next = seen[at + 1];
      if (next && !(element.compareDocumentPosition(next) & Node.DOCUMENT_POSITION_FOLLOWING))
        faults.push(`comes before what stands above it: ${tag(element)}`);
    }
    return faults;
  });
}
