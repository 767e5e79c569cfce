"use client";

import { useLocale, useTranslations } from "next-intl";
import type { AgentQuery } from "../../desks/agent-query.ts";
import type { DecisionRecord, TradeHistory, TradeWithReasons } from "../../desks/agent-state.ts";
import { Side } from "../desk/side.tsx";
import { useExitTitle } from "../desk/trade-records.tsx";
import { amount, price, signedAmount, utc } from "../format/numbers.ts";
import { Badge } from "../ui/badge.tsx";
import { Change } from "../ui/change.tsx";
import { DecisionFull, DecisionLine, DecisionReason } from "./decision-text.tsx";
import { PageLinks } from "./page-links.tsx";

function Why({ title, decision, absent }: { title: string; decision: DecisionRecord | null; absent: string }) {
  return (
    <div className="min-w-0">
      <h2 className="label mb-1">{title}</h2>
      {decision ? (
        <div className="flex flex-col gap-1.5">
          <DecisionLine decision={decision} />
          <DecisionReason decision={decision} />
          <DecisionFull decision={decision} />
        </div>
      ) : (
        <p className="text-muted">{absent}</p>
      )}
    </div>
  );
}

function TradeCard({ trade }: { trade: TradeWithReasons }) {
  const t = useTranslations("agent");
  const desk = useTranslations("desk");
  const locale = useLocale();
  const exitOf = useExitTitle();
  const figure = (label: string, text: string) => (
    <span className="min-w-0">
      <span className="label block">{label}</span>
      {text}
    </span>
  );
  return (
    <details className="group" data-trade={trade.id}>
      <summary className="flex flex-wrap items-center gap-x-4 gap-y-1 px-3 py-2 hover:bg-raised max-sm:gap-x-3">
        <span aria-hidden="true" className="w-2 text-[0.625rem] text-muted">
          <span className="group-open:hidden">▸</span>
          <span className="hidden group-open:inline">▾</span>
        </span>
        <span className="w-32 whitespace-nowrap text-muted max-sm:w-auto">{utc(trade.closedAt)}</span>
        <span className="w-24 font-semibold">{trade.symbol}</span>
        <span className="w-16">
          <Side direction={trade.direction} />
        </span>
        <span className="w-28 text-right font-semibold max-sm:ml-auto">
          <Change value={trade.net} text={`${signedAmount(locale, trade.net)} USDT`} />
        </span>
        <span className="text-muted">{exitOf(trade.reason)}</span>
        {trade.ambiguous && (
          <Badge tone="accent" title={desk("ambiguousTitle")}>
            {desk("ambiguous")}
          </Badge>
        )}
        {trade.isBeforeCutoff && (
          <Badge tone="accent" title={t("beforeCutoffTitle")}>
            {t("beforeCutoff")}
          </Badge>
        )}
        <span className="ml-auto text-2xs text-muted max-sm:ml-0">
          {[
            ...(trade.confidence === null ? [] : [t("confidence", { value: trade.confidence })]),
            ...(trade.promptVersion === null ? [] : [t("promptVersion", { version: trade.promptVersion })]),
          ].join(" · ")}
        </span>
      </summary>
      <div className="px-3 pt-1 pb-4 sm:pl-9">
        <div className="mb-3 flex flex-wrap gap-x-6 gap-y-2">
          {figure(desk("columns.opened"), utc(trade.openedAt))}
          {figure(desk("columns.notional"), amount(locale, trade.notional))}
          {figure(desk("columns.entry"), price(locale, trade.entry))}
          {figure(desk("columns.exit"), price(locale, trade.exit))}
          {figure(desk("columns.gross"), signedAmount(locale, trade.gross))}
          {figure(desk("columns.fees"), amount(locale, trade.fees))}
          {figure(desk("columns.funding"), signedAmount(locale, trade.funding))}
        </div>
        <div className="grid gap-4 lg:grid-cols-2">
          <Why title={t("entryReason")} decision={trade.entryDecision} absent={t("noEntryDecision")} />
          <Why
            title={t("exitReason")}
            decision={trade.exitDecision}
            absent={
              trade.reason === "decision" ? t("exitNotOnRecord") : t("noExitDecision", { exit: exitOf(trade.reason) })
            }
          />
        </div>
      </div>
    </details>
  );
}

/** Closed trades, each with the reasoning of the decisions that opened and closed it. */
export function TradesTab({ view, query }: { view: TradeHistory; query: AgentQuery }) {
  const t = useTranslations("agent");
  const desk = useTranslations("desk");
  if (view.trades.length === 0)
    return (
      <>
        <p className="panel px-4 py-10 text-center text-muted">
          {query.before === undefined ? desk("noTradesYet") : t("noneOlder")}
        </p>
        <PageLinks query={query} next={null} />
      </>
    );
  return (
    <>
      <p className="mb-2 text-muted">{t("tradesNote")}</p>
      <div className="panel divide-y divide-line">
        {view.trades.map((trade) => (
          <TradeCard key={trade.id} trade={trade} />
        ))}
      </div>
      <PageLinks query={query} next={view.next} />
    </>
  );
}
