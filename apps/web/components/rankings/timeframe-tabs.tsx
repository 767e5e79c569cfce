"use client";

import { useLocale, useTranslations } from "next-intl";
import { scoresOf, type WireRanking } from "../../desks/rankings-wire.ts";
import { TIMEFRAMES, type Timeframe } from "../../desks/timeframes.ts";
import { age, utc } from "../format/numbers.ts";

const BINS = 20;
/** Scores within this of the middle are called neutral when symbols are counted. */
const NEUTRAL = 0.1;

function leaning(scores: readonly number[]) {
  const bull = scores.filter((score) => score > 0.5 + NEUTRAL).length;
  const bear = scores.filter((score) => score < 0.5 - NEUTRAL).length;
  return { bull, bear, neutral: scores.length - bull - bear };
}

/** How the scores of a timeframe are spread, bearish left, bullish right: the mood of the market in one glance. */
function Distribution({ scores, label }: { scores: readonly number[]; label: string }) {
  const bins = new Array<number>(BINS).fill(0);
  for (const score of scores) {
    const bin = Math.min(BINS - 1, Math.floor(score * BINS));
    bins[bin] = (bins[bin] as number) + 1;
  }
  const most = Math.max(1, ...bins);
  const path = (from: number, to: number): string =>
    bins
      .slice(from, to)
      .map((count, index) => {
        const height = count === 0 ? 0 : Math.max(1, Math.round((count / most) * 22));
        return height === 0 ? "" : `M${(from + index) * 5} ${24 - height}h4v${height}h-4z`;
      })
      .join("");
  return (
    <svg
      viewBox="0 0 100 24"
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
      className="h-6 w-full max-md:hidden"
    >
      <path d={path(0, 8)} fill="var(--bear)" />
      <path d={path(8, 12)} fill="var(--strong)" />
      <path d={path(12, BINS)} fill="var(--bull)" />
    </svg>
  );
}

/** The six timeframes, each with the spread of its scores and the age of its ranking. Links, so that they work without scripts. */
export function TimeframeTabs(props: {
  current: Timeframe;
  rankings: ReadonlyMap<Timeframe, WireRanking>;
  /** The time on the desk, for ages; null when its clock is not known. */
  deskNow: number | null;
  hrefOf: (timeframe: Timeframe) => string;
  onSelect: (timeframe: Timeframe) => void;
}) {
  const t = useTranslations("rankings");
  const locale = useLocale();
  return (
    <nav aria-label={t("timeframes")} className="grid grid-cols-6 gap-2 max-sm:gap-1">
      {TIMEFRAMES.map((timeframe) => {
        const ranking = props.rankings.get(timeframe);
        const scores = ranking && scoresOf(ranking);
        return (
          <a
            key={timeframe}
            href={props.hrefOf(timeframe)}
            aria-current={timeframe === props.current ? "true" : undefined}
            data-timeframe={timeframe}
            onClick={(event) => {
              if (event.metaKey || event.ctrlKey || event.shiftKey) return;
              event.preventDefault();
              props.onSelect(timeframe);
            }}
            className="panel block px-3 py-2 hover:border-strong aria-[current=true]:border-accent aria-[current=true]:shadow-[inset_0_-2px_0_var(--accent)] max-sm:px-1.5 max-sm:text-center"
          >
            <span className="flex items-baseline justify-between gap-1 max-sm:flex-col max-sm:items-center max-sm:gap-0">
              <span className="text-[0.9375rem] font-semibold">{timeframe}</span>
              <span
                className="text-2xs whitespace-nowrap text-muted"
                title={ranking && t("updatedAt", { time: utc(ranking.candleClose) })}
              >
                {ranking ? (props.deskNow === null ? "–" : age(locale, props.deskNow - ranking.candleClose)) : "–"}
              </span>
            </span>
            {scores && <Distribution scores={scores} label={t("distribution", leaning(scores))} />}
          </a>
        );
      })}
    </nav>
  );
}
