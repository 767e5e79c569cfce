import { niceAxis } from "./axis.ts";
import { type Html, html } from "./html.ts";

export interface Bar {
  /** Below the bar; empty where it would be too crowded. */
  readonly label: string;
  readonly count: number;
  /** Losses and gains differ in their filling, not in colour alone. */
  readonly kind: "loss" | "gain" | "plain";
}

/** px. */
const HEIGHT = 150;
const TOP = 16;
const LABELS = 18;

/** Upright bars of counts, each with its count above it where there is room. @param description for who does not see it */
export function barChart(description: string, bars: readonly Bar[]): Html {
  const { high } = niceAxis(0, Math.max(1, ...bars.map(({ count }) => count)), 4);
  const width = 100 / bars.length;
  const isRoomy = bars.length <= 12;
  const scale = (HEIGHT - TOP) / high;
  return html`<div class="plot" role="img" aria-label="${description}"><svg class="bars" width="100%" height="${HEIGHT + LABELS}" aria-hidden="true">
<line class="base" x1="0" x2="100%" y1="${HEIGHT}" y2="${HEIGHT}"/>${bars.map(({ label, count, kind }, index) => {
    const height = hundredth(count * scale);
    const middle = `${hundredth((index + 0.5) * width)}%`;
    return html`
${count === 0 ? undefined : html`<rect class="${kind}" x="${hundredth((index + 0.08) * width)}%" width="${hundredth(width * 0.84)}%" y="${hundredth(HEIGHT - height)}" height="${height}"/>`}${
  count > 0 && isRoomy
    ? html`<text x="${middle}" y="${hundredth(HEIGHT - height - 4)}" text-anchor="middle">${count}</text>`
    : undefined
}${label === "" ? undefined : html`<text x="${middle}" y="${HEIGHT + 14}" text-anchor="middle">${label}</text>`}`;
  })}
</svg></div>`;
}

const hundredth = (value: number): number => Math.round(value * 100) / 100;
