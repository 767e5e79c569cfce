"use client";

import { useLocale, useTranslations } from "next-intl";
import type { RefObject } from "react";
import { TASK_STATES, type TaskNode, type TaskState } from "../../forges/forge-state.ts";
import { count } from "../format/numbers.ts";
import { StateMark } from "./state-mark.tsx";

/** Counts by state, each of which also chooses it, and a search by text. */
export function TaskChoice(props: {
  tasks: readonly TaskNode[];
  shown: number;
  states: ReadonlySet<TaskState>;
  onState: (state: TaskState) => void;
  query: string;
  onQuery: (query: string) => void;
  search: RefObject<HTMLInputElement | null>;
}) {
  const t = useTranslations("forge");
  const locale = useLocale();
  const counts = new Map<TaskState, number>();
  for (const { state } of props.tasks) counts.set(state, (counts.get(state) ?? 0) + 1);
  return (
    <search className="mt-5 mb-2 flex flex-wrap items-center gap-2">
      <h2 id="tasks" className="mr-1 text-[0.9375rem] font-semibold">
        {t("tasks")}
      </h2>
      {TASK_STATES.map((state) => (
        <button
          key={state}
          type="button"
          className="button gap-1.5 px-1.5 aria-pressed:border-accent aria-pressed:bg-accent-soft"
          aria-pressed={props.states.has(state)}
          data-state-filter={state}
          onClick={() => props.onState(state)}
        >
          <StateMark state={state} />
          {t(`states.${state}`)}
          <span className="font-semibold">{count(locale, counts.get(state) ?? 0)}</span>
        </button>
      ))}
      <input
        ref={props.search}
        type="search"
        value={props.query}
        onChange={(event) => props.onQuery(event.target.value)}
        placeholder={t("searchHint")}
        aria-label={t("search")}
        aria-keyshortcuts="/"
        className="field w-36 max-sm:flex-1"
      />
      <span className="text-muted" aria-live="polite" data-testid="shown">
        {t("shown", { shown: props.shown, all: props.tasks.length })}
      </span>
    </search>
  );
}
