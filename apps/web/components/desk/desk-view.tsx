"use client";

import { useLocale, useTranslations } from "next-intl";
import { deskNow } from "../../desks/clock.ts";
import type { DeskState } from "../../desks/desk-state.ts";
import { share, utc } from "../format/numbers.ts";
import { useDeskFeed } from "../live/desk-feed.tsx";
import { useLiveState } from "../live/use-live-state.ts";
import { Section } from "../ui/section.tsx";
import { AgentMatrix } from "./agent-matrix.tsx";
import { Comparison } from "./comparison.tsx";
import { DeskTotals } from "./desk-totals.tsx";
import { HaltRecords } from "./halt-records.tsx";
import { PositionRecords } from "./position-records.tsx";
import { RefusalRecords } from "./refusal-records.tsx";
import { TradeRecords } from "./trade-records.tsx";

/** The desk page below its header. */
export function DeskView({ initial, name }: { initial: DeskState; name: string }) {
  const t = useTranslations("desk");
  const shell = useTranslations("shell");
  const locale = useLocale();
  const feed = useDeskFeed();
  const [state] = useLiveState(initial, `/api/desks/${name}/desk`);
  const { desk } = state;
  const clock = feed.desk?.clock ?? desk.clock;
  const of = (rows: readonly unknown[], all: number) =>
    rows.length === all ? String(all) : t("tradesOf", { shown: rows.length, all });
  return (
    <main id="main" tabIndex={-1} className="mx-auto max-w-[100rem] px-4 py-4 max-sm:px-3">
      <div className="mb-3 flex flex-wrap items-baseline gap-x-3 gap-y-1">
        <h1 className="text-lg font-semibold tracking-tight">{t("title", { name })}</h1>
        <p className="text-muted">
          {t("about", { venue: desk.venue, opened: utc(desk.openedAt), fee: share(locale, desk.feeRate, 2) })}
        </p>
        {clock && (
          <p className="text-muted md:ml-auto" data-testid="clock">
            {t("clock")} <span className="text-text">{utc(deskNow(clock, feed.now))} UTC</span> ·{" "}
            {shell("speed", { speed: clock.speed })}
          </p>
        )}
      </div>
      <DeskTotals state={state} />
      <AgentMatrix state={state} />
      <Comparison state={state} />
      <Section id="positions" title={t("positions")} note={String(state.positions.length)}>
        <PositionRecords rows={state.positions} desk={name} showAgent />
      </Section>
      <Section id="trades" title={t("trades")} note={of(state.trades, state.tradeCount)}>
        <TradeRecords rows={state.trades} desk={name} showAgent />
      </Section>
      <div className="grid gap-x-4 lg:grid-cols-2">
        <Section id="halts" title={t("halts")}>
          <HaltRecords rows={state.halts} />
        </Section>
        <Section id="refusals" title={t("refusals")} note={of(state.refusals, state.refusalCount)}>
          <RefusalRecords rows={state.refusals} desk={name} />
        </Section>
      </div>
    </main>
  );
}
