import { niceAxis } from "./axis.ts";
import { type Html, html } from "./html.ts";

export interface Bar {
  /** Below the bar; empty where it would be too crowded. */
  readonly label: string;
  /** Below the bar, or below its left edge: where a range of values begins. */
  readonly labelAt: "bar" | "edge";
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
  const most = Math.max(1, ...bars.map(({ count }) => count));
  const { high, ticks } = niceAxis(0, most, 4);
  // Counts are whole: an axis up to 1 or 2 would have halves.
  const levels = ticks.filter((tick) => Number.isInteger(tick));
  const width = 100 / bars.length;
  const isRoomy = bars.length <= 12;
  const scale = (HEIGHT - TOP) / high;
  const level = (value: number): number => hundredth(HEIGHT - value * scale);
  return html`<div class="plot" role="img" aria-label="${description}"><svg class="bars" width="100%" height="${HEIGHT + LABELS}" aria-hidden="true">
${levels.map((tick) => html`<line class="grid" x1="0" x2="100%" y1="${level(tick)}" y2="${level(tick)}"/>`)}${bars.map(
  ({ label, labelAt, count, kind }, index) => {
    const height = hundredth(count * scale);
    const middle = `${hundredth((index + 0.5) * width)}%`;
    // The outermost labels of many bars are wider than these: they keep to the drawing.
    const [anchor, at] =
      labelAt === "edge"
        ? ["middle", `${hundredth(index * width)}%`]
        : isRoomy || (index > 0 && index < bars.length - 1)
          ? ["middle", middle]
          : index === 0
            ? ["start", "0"]
            : ["end", "100%"];
    return html`
${count === 0 ? undefined : html`<rect class="${kind}" x="${hundredth((index + 0.08) * width)}%" width="${hundredth(width * 0.84)}%" y="${hundredth(HEIGHT - height)}" height="${height}"/>`}${
  count > 0 && isRoomy
    ? html`<text x="${middle}" y="${hundredth(HEIGHT - height - 4)}" text-anchor="middle">${count}</text>`
    : undefined
}${label === "" ? undefined : html`<text x="${at}" y="${HEIGHT + 14}" text-anchor="${anchor}">${label}</text>`}`;
  },
)}
</svg><svg class="axis" width="52" height="${HEIGHT + LABELS}" aria-hidden="true">${levels.map(
    (tick) => html`<text x="6" y="${level(tick) + 4}">${tick.toLocaleString("en")}</text>`,
  )}</svg></div>`;
}

const hundredth = (value: number): number => Math.round(value * 100) / 100;
