"use client";

import { useLocale, useTranslations } from "next-intl";
import { useCallback, useMemo, useState } from "react";
import { type DeskState, returnOf } from "../../desks/desk-state.ts";
import { percent } from "../format/numbers.ts";
import { Change } from "../ui/change.tsx";
import { ChartNotice } from "./chart-notice.tsx";
import { LineChart } from "./line-chart.tsx";
import { relative } from "./sparkline.tsx";

const MOST = 8;
/** Told apart by every common colour vision, in both themes; the order is the order of choosing. */
const COLOURS = [
  "--line-1",
  "--line-2",
  "--line-3",
  "--line-4",
  "--line-5",
  "--line-6",
  "--line-7",
  "--line-8",
] as const;

/** The best, the middle and the worst agent: a first choice that says something. */
function firstChoice(state: DeskState): readonly string[] {
  const ranked = state.agents
    .filter(({ abstains, curve }) => abstains === null && curve.length > 0)
    .sort((a, b) => (returnOf(b) ?? 0) - (returnOf(a) ?? 0));
  const wanted = [ranked[0], ranked[Math.floor(ranked.length / 2)], ranked.at(-1)];
  return [...new Set(wanted.flatMap((agent) => agent?.name ?? []))];
}

/** One large chart of the agents that are chosen. */
export function Comparison({ state }: { state: DeskState }) {
  const t = useTranslations("desk");
  const locale = useLocale();
  const [picked, setPicked] = useState<readonly string[] | null>(null);
  const chosen = useMemo(() => picked ?? firstChoice(state), [picked, state]);
  const byName = useMemo(() => new Map(state.agents.map((agent) => [agent.name, agent])), [state]);
  const lines = useMemo(
    () =>
      chosen.flatMap((name, index) => {
        const agent = byName.get(name);
        return agent
          ? [{ name, colour: COLOURS[index % COLOURS.length] as string, points: relative(agent.curve, agent.initial) }]
          : [];
      }),
    [chosen, byName],
  );
  const format = useCallback((value: number) => percent(locale, value, 1), [locale]);
  const choices = state.agents.filter(({ name, curve }) => curve.length > 0 && !chosen.includes(name));
  return (
    <section aria-labelledby="compare-title" className="mt-6">
      <div className="mb-2 flex flex-wrap items-baseline gap-x-3">
        <h2 id="compare-title" className="text-[0.9375rem] font-semibold">
          {t("compare")}
        </h2>
        <p className="text-muted">{t("compareNote")}</p>
      </div>
      <div className="panel p-3">
        <div className="mb-2 flex flex-wrap items-center gap-1.5">
          {lines.map(({ name, colour }) => {
            const agent = byName.get(name);
            const gain = agent ? returnOf(agent) : null;
            return (
              <button
                key={name}
                type="button"
                onClick={() => setPicked(chosen.filter((other) => other !== name))}
                className="flex items-center gap-1.5 rounded border border-line bg-raised px-2 py-0.5 hover:border-strong"
              >
                <svg viewBox="0 0 10 10" width="10" height="10" aria-hidden="true">
                  <rect y="3.500" width="10" height="3" fill={`var(${colour})`} />
                </svg>
                {name}
                {gain !== null && <Change value={gain} text={percent(locale, gain, 1)} />}
                <span className="sr-only">, {t("clear")}</span>
                <span aria-hidden="true" className="text-muted">
                  ×
                </span>
              </button>
            );
          })}
          {chosen.length < MOST && (
            <select
              aria-label={t("add")}
              className="field h-7"
              value=""
              onChange={(event) => setPicked([...chosen, event.target.value])}
            >
              <option value="">{t("add")}</option>
              {choices.map(({ name, displayName }) => (
                <option key={name} value={name}>
                  {displayName}
                </option>
              ))}
            </select>
          )}
        </div>
        {state.axis.length === 0 ? (
          <p className="py-16 text-center text-muted">{t("notSame")}</p>
        ) : (
          <LineChart axis={state.axis} lines={lines} format={format} label={t("compareChart")} />
        )}
        <ChartNotice />
      </div>
    </section>
  );
}
