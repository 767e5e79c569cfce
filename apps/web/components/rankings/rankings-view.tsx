// biome-ignore-all lint/a11y/noRedundantRoles: display: grid takes the roles away on a narrow screen
"use client";

import {
  type ColumnDef,
  getCoreRowModel,
  getFilteredRowModel,
  getSortedRowModel,
  type SortingState,
  useReactTable,
} from "@tanstack/react-table";
import { useLocale, useTranslations } from "next-intl";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { deskNow } from "../../desks/clock.ts";
import { fromWire, type RankedRow, type WireRanking } from "../../desks/rankings-wire.ts";
import type { Rankings } from "../../desks/read-rankings.ts";
import { TIMEFRAMES, type Timeframe } from "../../desks/timeframes.ts";
import { age, utc } from "../format/numbers.ts";
import { useDeskFeed } from "../live/desk-feed.tsx";
import { useRefresh } from "../live/use-refresh.ts";
import { Badge } from "../ui/badge.tsx";
import { RankingRow } from "./ranking-row.tsx";
import { TimeframeTabs } from "./timeframe-tabs.tsx";
import { useRankingKeys } from "./use-ranking-keys.ts";

type SortKey = "rank" | "symbol" | "score" | "confidence" | "price" | "change";
type ColumnKey = SortKey | "signals" | "highlights";

const WIDTHS: Readonly<Record<ColumnKey, string>> = {
  rank: "w-12",
  symbol: "w-40",
  score: "w-56",
  confidence: "w-24",
  price: "w-32",
  change: "w-28",
  signals: "w-24",
  highlights: "",
};
const RIGHT: ReadonlySet<ColumnKey> = new Set(["rank", "confidence", "price", "change"]);

const COLUMNS: ColumnDef<RankedRow>[] = [
  { id: "rank", accessorKey: "rank", sortDescFirst: false },
  { id: "symbol", accessorKey: "symbol", sortDescFirst: false },
  { id: "score", accessorKey: "score", sortDescFirst: true },
  { id: "confidence", accessorKey: "confidence", sortDescFirst: true },
  { id: "price", accessorKey: "price", sortDescFirst: true },
  // Undefined sorts last either way; null would sort as zero.
  { id: "change", accessorFn: (row) => row.change ?? undefined, sortDescFirst: true, sortUndefined: "last" },
  { id: "signals", enableSorting: false },
  { id: "highlights", enableSorting: false },
];
const SORT_KEYS: readonly SortKey[] = ["rank", "symbol", "score", "confidence", "price", "change"];

/** Unpacked only when it is looked at: five of the six are not. */
const byTimeframe = (texts: readonly string[]) =>
  new Map(texts.map((text) => JSON.parse(text) as WireRanking).map((wire) => [wire.timeframe, wire]));

/**
 * The rankings page below its header. All six timeframes are in hand, so that nothing is asked for when one is chosen;
 * an update replaces one timeframe and leaves sort, search and open rows as they are.
 */
export function RankingsView({ initial, timeframe: first }: { initial: Rankings; timeframe: Timeframe }) {
  const t = useTranslations("rankings");
  const shell = useTranslations("shell");
  const locale = useLocale();
  const feed = useDeskFeed();
  const [rankings, setRankings] = useState(() => byTimeframe(initial.timeframes));
  const [names, setNames] = useState(initial.signals);
  const [timeframe, setTimeframe] = useState(first);
  const [sorting, setSorting] = useState<SortingState>([{ id: "rank", desc: false }]);
  const [query, setQuery] = useState("");
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const table = useRef<HTMLTableElement>(null);
  const search = useRef<HTMLInputElement>(null);

  const refresh = useRefresh(
    useCallback(
      async (keys) => {
        const wanted = keys.map((key) => `timeframe=${key}`).join("&");
        const response = await fetch(`/api/desks/${feed.name}/rankings?${wanted}`);
        if (!response.ok) throw new Error(`rankings answered ${response.status}`);
        const fresh = (await response.json()) as Rankings;
        setNames(fresh.signals);
        setRankings((known) => new Map([...known, ...byTimeframe(fresh.timeframes)]));
      },
      [feed.name],
    ),
  );
  const held = useRef(rankings);
  useEffect(() => {
    held.current = rankings;
  }, [rankings]);
  useEffect(
    () =>
      feed.subscribe((update) => {
        if (update.kind === "rankings") refresh(update.timeframe);
        if (update.kind === "hello")
          for (const known of TIMEFRAMES) {
            const run = update.stamps.runs[known];
            if (run !== undefined && run !== held.current.get(known)?.runId) refresh(known);
          }
      }),
    [feed.subscribe, refresh],
  );

  const hrefOf = useCallback(
    (wanted: Timeframe) => `?${new URLSearchParams({ desk: feed.name, timeframe: wanted })}`,
    [feed.name],
  );
  const select = useCallback(
    (wanted: Timeframe) => {
      setTimeframe(wanted);
      window.history.replaceState(null, "", hrefOf(wanted));
    },
    [hrefOf],
  );
  const clear = useCallback(() => setQuery(""), []);
  const toggle = useCallback((symbol: string) => {
    setOpen((known) => {
      const next = new Set(known);
      if (!next.delete(symbol)) next.add(symbol);
      return next;
    });
  }, []);
  useRankingKeys({ table, search, onSelect: select, onClear: clear });

  const wire = rankings.get(timeframe);
  const ranking = useMemo(() => wire && fromWire(wire), [wire]);
  const rows = useMemo(() => [...(ranking?.rows ?? [])], [ranking]);
  const model = useReactTable({
    data: rows,
    columns: COLUMNS,
    state: { sorting, globalFilter: query },
    onSortingChange: setSorting,
    enableSortingRemoval: false,
    getRowId: (row) => row.symbol,
    globalFilterFn: (row, _column, value: string) => row.id.includes(value.trim().toUpperCase()),
    getColumnCanGlobalFilter: (column) => column.id === "symbol",
    getCoreRowModel: getCoreRowModel(),
    getSortedRowModel: getSortedRowModel(),
    getFilteredRowModel: getFilteredRowModel(),
  });
  const shown = model.getRowModel().rows;
  const sorted = sorting[0] ?? { id: "rank", desc: false };
  const now = feed.desk?.clock ? deskNow(feed.desk.clock, feed.now) : null;

  return (
    <main id="main" tabIndex={-1} className="mx-auto max-w-[100rem] px-4 py-4 max-sm:px-2">
      <div className="mb-3 flex flex-wrap items-baseline gap-x-3 max-sm:px-1">
        <h1 className="text-lg font-semibold tracking-tight">{t("title")}</h1>
        <p className="text-muted">{t("subtitle", { venue: initial.desk.venue, count: rows.length })}</p>
      </div>
      <TimeframeTabs current={timeframe} rankings={rankings} deskNow={now} hrefOf={hrefOf} onSelect={select} />
      <div className="mt-3 mb-2 flex flex-wrap items-center gap-x-3 gap-y-2">
        <input
          ref={search}
          type="search"
          value={query}
          onChange={(event) => setQuery(event.target.value)}
          placeholder={t("searchHint")}
          aria-label={t("search")}
          aria-keyshortcuts="/"
          className="field w-56 max-sm:w-40 max-sm:flex-1"
        />
        <select
          aria-label={t("sortBy")}
          className="field md:hidden"
          value={sorted.id}
          onChange={(event) => {
            const id = event.target.value;
            setSorting([{ id, desc: id !== "rank" && id !== "symbol" }]);
          }}
        >
          {SORT_KEYS.map((key) => (
            <option key={key} value={key}>
              {key === "rank" ? t("sortRank") : t(`columns.${key}`)}
            </option>
          ))}
        </select>
        <span className="text-muted" aria-live="polite" data-testid="shown">
          {t("shown", { shown: shown.length, all: rows.length })}
        </span>
        {ranking && ranking.skipped.length > 0 && (
          <details
            className="relative text-muted"
            onKeyDown={(event) => {
              if (event.key !== "Escape") return;
              event.currentTarget.open = false;
              event.currentTarget.querySelector("summary")?.focus();
            }}
          >
            <summary className="underline decoration-dotted underline-offset-2">
              {t("skipped", { count: ranking.skipped.length })}
            </summary>
            <div className="panel absolute z-10 mt-1 max-h-72 w-80 max-w-[80vw] overflow-auto p-3 shadow-lg">
              <h2 className="label mb-1">{t("skippedTitle")}</h2>
              <ul>
                {ranking.skipped.map(({ symbol, reason }) => (
                  <li key={symbol}>
                    <span className="font-medium text-text">{symbol}</span> {reason}
                  </li>
                ))}
              </ul>
            </div>
          </details>
        )}
        {ranking && (
          <span className="ml-auto flex items-center gap-2 max-sm:ml-0" data-testid="updated">
            {feed.desk?.simulated && <Badge tone="accent">{shell("simulated")}</Badge>}
            <span className="text-muted">
              {t("updated")} {utc(ranking.candleClose)} UTC
              {now !== null && ` · ${t("ago", { age: age(locale, now - ranking.candleClose) })}`}
            </span>
          </span>
        )}
      </div>
      <div className="panel">
        {!ranking ? (
          <p className="px-4 py-16 text-center text-muted">{t("notRankedText", { timeframe })}</p>
        ) : shown.length === 0 ? (
          <p className="px-4 py-16 text-center text-muted">{t("noMatch", { query })}</p>
        ) : (
          <table
            ref={table}
            className="rankings"
            role="table"
            aria-rowcount={rows.length + 1}
            data-timeframe={timeframe}
          >
            <caption className="sr-only">{`${t("title")} ${timeframe}`}</caption>
            <thead>
              <tr>
                {model.getLeafHeaders().map(({ column }) => {
                  const key = column.id as ColumnKey;
                  const direction = sorted.id === key ? (sorted.desc ? "descending" : "ascending") : undefined;
                  const right = RIGHT.has(key);
                  return (
                    <th key={key} scope="col" aria-sort={direction} className={`label ${WIDTHS[key]}`}>
                      {column.getCanSort() ? (
                        <button
                          type="button"
                          onClick={column.getToggleSortingHandler()}
                          className={`flex h-8 w-full items-center gap-1 px-2.5 hover:text-text ${right ? "justify-end" : ""} ${direction ? "text-text" : ""}`}
                        >
                          {t(`columns.${key}`)}
                          <span aria-hidden="true" className="w-2 text-[0.5625rem]">
                            {direction === "ascending" ? "▲" : direction === "descending" ? "▼" : ""}
                          </span>
                        </button>
                      ) : (
                        <span className="flex h-8 items-center px-2.5">{t(`columns.${key}`)}</span>
                      )}
                    </th>
                  );
                })}
              </tr>
            </thead>
            <tbody>
              {shown.map((row) => (
                <RankingRow key={row.id} row={row.original} names={names} open={open.has(row.id)} onToggle={toggle} />
              ))}
            </tbody>
          </table>
        )}
      </div>
    </main>
  );
}
