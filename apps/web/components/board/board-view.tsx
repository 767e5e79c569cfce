// biome-ignore-all lint/a11y/noRedundantRoles: display: grid takes the roles away on a narrow screen
"use client";

import {
  type ColumnDef,
  getCoreRowModel,
  getFilteredRowModel,
  getSortedRowModel,
  useReactTable,
} from "@tanstack/react-table";
import { useTranslations } from "next-intl";
import { useCallback, useMemo, useState } from "react";
import { type BoardAgent, hasModels, type Leaderboard, type Scope } from "../../desks/leaderboard.ts";
import { TIMEFRAMES } from "../../desks/timeframes.ts";
import { useStrategyTitle } from "../desk/agent-matrix.tsx";
import { utc } from "../format/numbers.ts";
import { useDeskFeed } from "../live/desk-feed.tsx";
import { useLiveState } from "../live/use-live-state.ts";
import { BOARD_COLUMNS, type BoardChoice, type BoardColumn, boardSearchOf } from "./board-choice.ts";
import { BoardFilter } from "./board-filter.tsx";
import { BoardRow, isFigure, type RankedAgent } from "./board-row.tsx";
import { deciderKey, useDeciderName } from "./decider-name.tsx";

/** Worst first is of use for nothing but these. */
const ASCENDING_FIRST: ReadonlySet<BoardColumn> = new Set(["rank", "agent", "decider", "status", "drawdown", "brier"]);

const VALUES: Readonly<Record<BoardColumn, (row: RankedAgent) => string | number | null | undefined>> = {
  rank: ({ rank }) => rank,
  agent: ({ agent }) => agent.name,
  decider: ({ agent }) => deciderKey(agent),
  netReturn: ({ standing }) => standing?.netReturn,
  overRules: ({ standing }) => standing?.overRules?.edge,
  overCoin: ({ standing }) => standing?.overCoin?.edge,
  deflated: ({ standing }) => standing?.deflatedSharpe,
  sharpe: ({ standing }) => standing?.sharpe,
  drawdown: ({ standing }) => standing?.maxDrawdown,
  winRate: ({ standing }) => standing?.winRate,
  brier: ({ standing }) => standing?.brier,
  trades: ({ standing }) => standing?.trades,
  tokenCost: ({ standing }) => standing?.tokenCost,
  costPerTrade: ({ standing }) => standing?.costPerTrade,
  positions: ({ agent }) => agent.positions,
  status: ({ agent }) => (agent.abstains === null ? agent.status : "abstains"),
};

const COLUMNS: ColumnDef<RankedAgent>[] = BOARD_COLUMNS.map((id) => ({
  id,
  accessorFn: (row) => VALUES[id](row) ?? undefined,
  sortUndefined: "last",
  sortDescFirst: !ASCENDING_FIRST.has(id),
  sortingFn: isFigure(id) || id.startsWith("over") ? "basic" : "alphanumeric",
}));

/** Agents with their ranks by net return, twins under their agents. */
function ranked(agents: readonly BoardAgent[], scope: Scope): readonly RankedAgent[] {
  const own = agents.filter(({ twinOf }) => twinOf === null);
  const places = own
    .flatMap(({ name, standings }) => {
      const standing = standings[scope];
      return standing ? [{ name, netReturn: standing.netReturn }] : [];
    })
    .sort((a, b) => b.netReturn - a.netReturn);
  const rankOf = new Map(places.map(({ name }, index) => [name, index + 1]));
  return own.map((agent) => ({
    agent,
    standing: agent.standings[scope],
    rank: rankOf.get(agent.name) ?? null,
    twins: agents.filter(({ twinOf }) => twinOf === agent.name),
  }));
}

const orderOf = (timeframe: string): number => (TIMEFRAMES as readonly string[]).indexOf(timeframe) >>> 0;

/** The leaderboard below the page's header. Filters and order stay as they are when figures change. */
export function BoardView({ initial, choice: first }: { initial: Leaderboard; choice: BoardChoice }) {
  const t = useTranslations("board");
  const titleOf = useStrategyTitle();
  const deciderName = useDeciderName();
  const { name: desk } = useDeskFeed();
  const [state] = useLiveState(initial, `/api/desks/${desk}/leaderboard`);
  const [choice, setChoice] = useState(first);
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const { scope } = choice;
  const rows = useMemo(() => ranked(state.agents, scope), [state, scope]);
  const columns = useMemo(
    () => BOARD_COLUMNS.filter((column) => column !== "overRules" || hasModels(state.agents)),
    [state],
  );
  const choose = useCallback(
    (change: Partial<BoardChoice>) => {
      const next = { ...choice, ...change };
      setChoice(next);
      window.history.replaceState(null, "", boardSearchOf(desk, next));
    },
    [choice, desk],
  );
  const toggle = useCallback((agent: string) => {
    setOpen((known) => {
      const next = new Set(known);
      if (!next.delete(agent)) next.add(agent);
      return next;
    });
  }, []);
  const filters = useMemo(
    () => ({ timeframe: choice.timeframe, strategy: choice.strategy, decider: choice.decider }),
    [choice.timeframe, choice.strategy, choice.decider],
  );
  // Kept: the table takes a new array for a new order, resets its page, and would render for ever.
  const sorting = useMemo(() => [{ id: choice.sort, desc: choice.descending }], [choice.sort, choice.descending]);
  const model = useReactTable({
    data: rows as RankedAgent[],
    columns: COLUMNS,
    state: { sorting, globalFilter: filters },
    enableSortingRemoval: false,
    getRowId: ({ agent }) => agent.name,
    globalFilterFn: ({ original: { agent } }, _column, wanted: typeof filters) =>
      (wanted.timeframe === "" || agent.timeframe === wanted.timeframe) &&
      (wanted.strategy === "" || agent.strategy === wanted.strategy) &&
      (wanted.decider === "" || deciderKey(agent) === wanted.decider),
    getColumnCanGlobalFilter: (column) => column.id === "agent",
    getCoreRowModel: getCoreRowModel(),
    getSortedRowModel: getSortedRowModel(),
    getFilteredRowModel: getFilteredRowModel(),
  });
  const shown = model.getRowModel().rows;
  const sortBy = (column: BoardColumn) =>
    choose({
      sort: column,
      descending: choice.sort === column ? !choice.descending : !ASCENDING_FIRST.has(column),
    });
  const distinct = (pick: (agent: BoardAgent) => string) => [...new Set(rows.map(({ agent }) => pick(agent)))];
  const computed = rows.flatMap(({ standing }) => standing?.computedAt ?? []);
  return (
    <main id="main" tabIndex={-1} className="mx-auto max-w-[100rem] px-4 py-4 max-sm:px-3">
      <div className="mb-1 flex flex-wrap items-baseline gap-x-3">
        <h1 className="text-lg font-semibold tracking-tight">{t("title")}</h1>
        <p className="text-muted">{t("subtitle", { count: rows.length, venue: state.desk.venue })}</p>
        {computed.length > 0 && (
          <p className="text-muted md:ml-auto">{t("computed", { time: utc(Math.max(...computed)) })}</p>
        )}
      </div>
      <p className="max-w-5xl text-muted">
        {t("note")} {!hasModels(state.agents) && t("noModels")}
      </p>
      <fieldset className="mt-3 mb-2 flex flex-wrap items-center gap-2">
        <legend className="sr-only">{t("filters")}</legend>
        <BoardFilter
          label={t("timeframe")}
          all={t("allTimeframes")}
          value={choice.timeframe}
          options={distinct(({ timeframe }) => timeframe).sort((a, b) => orderOf(a) - orderOf(b))}
          onChange={(timeframe) => choose({ timeframe })}
        />
        <BoardFilter
          label={t("strategy")}
          all={t("allStrategies")}
          value={choice.strategy}
          options={distinct(({ strategy }) => strategy)}
          titleOf={titleOf}
          onChange={(strategy) => choose({ strategy })}
        />
        <BoardFilter
          label={t("decider")}
          all={t("allDeciders")}
          value={choice.decider}
          options={distinct(deciderKey)}
          titleOf={deciderName}
          onChange={(decider) => choose({ decider })}
        />
        <span className="flex gap-1 lg:hidden">
          <BoardFilter
            label={t("sortBy")}
            value={choice.sort}
            options={columns}
            titleOf={(column) => (column === "rank" ? t("rank") : t(`columns.${column as BoardColumn}`))}
            onChange={(column) => sortBy(column as BoardColumn)}
          />
          <button
            type="button"
            className="icon-button border border-strong"
            aria-label={choice.descending ? t("descending") : t("ascending")}
            onClick={() => choose({ descending: !choice.descending })}
          >
            {choice.descending ? "▼" : "▲"}
          </button>
        </span>
        {hasModels(state.agents) && (
          <label className="flex items-center gap-1.5 text-muted" title={t("includeAllTitle")}>
            <input
              type="checkbox"
              checked={scope === "all"}
              onChange={(event) => choose({ scope: event.target.checked ? "all" : "scored" })}
            />
            {t("includeAll")}
          </label>
        )}
        <span className="ml-auto text-muted" aria-live="polite" data-testid="shown">
          {t("shown", { shown: shown.length, all: rows.length })}
        </span>
      </fieldset>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls sideways must be reachable by keyboard */}
      <section tabIndex={0} aria-label={t("title")} className="panel overflow-x-auto">
        {shown.length === 0 ? (
          <p className="px-4 py-16 text-center text-muted">{rows.length === 0 ? t("noAgents") : t("noMatch")}</p>
        ) : (
          <table className="records board" role="table">
            <caption className="sr-only">{t("title")}</caption>
            <thead role="rowgroup">
              <tr role="row">
                {columns.map((column) => {
                  const sorted = choice.sort === column;
                  const direction = sorted ? (choice.descending ? "descending" : "ascending") : undefined;
                  const title =
                    column === "rank" ||
                    column === "agent" ||
                    column === "decider" ||
                    column === "positions" ||
                    column === "status" ||
                    column === "trades"
                      ? undefined
                      : t(`titles.${column}`);
                  return (
                    <th
                      key={column}
                      role="columnheader"
                      scope="col"
                      aria-sort={direction}
                      className={`label align-bottom ${isFigure(column) ? "num" : ""}`}
                    >
                      <button
                        type="button"
                        title={title}
                        onClick={() => sortBy(column)}
                        className={`hover:text-text ${isFigure(column) ? "text-right" : "text-left"} ${sorted ? "text-text" : ""}`}
                      >
                        {t(`columns.${column}`)}
                        {sorted && (
                          <span aria-hidden="true" className="ml-1 text-[0.5625rem]">
                            {choice.descending ? "▼" : "▲"}
                          </span>
                        )}
                      </button>
                    </th>
                  );
                })}
              </tr>
            </thead>
            <tbody role="rowgroup">
              {shown.map(({ original }) => (
                <BoardRow
                  key={original.agent.name}
                  row={original}
                  desk={desk}
                  scope={scope}
                  columns={columns}
                  open={open.has(original.agent.name)}
                  onToggle={toggle}
                />
              ))}
            </tbody>
          </table>
        )}
      </section>
    </main>
  );
}
