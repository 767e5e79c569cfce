"use client";

import { useTranslations } from "next-intl";
import { useCallback, useMemo, useRef, useState, useSyncExternalStore } from "react";
import type { ForgeState, TaskNode, TaskState } from "../../forges/forge-state.ts";
import { useForgeFeed } from "../live/forge-feed.tsx";
import { useLiveForge } from "../live/use-live-forge.ts";
import { Section } from "../ui/section.tsx";
import { ActivityFeed } from "./activity-feed.tsx";
import { ClaimRecords } from "./claim-records.tsx";
import { CoderRecords } from "./coder-records.tsx";
import { ForgeHead } from "./forge-head.tsx";
import { LandingRecords } from "./landing-records.tsx";
import { TaskChoice } from "./task-choice.tsx";
import { TaskDrawer } from "./task-drawer.tsx";
import { TaskGraph } from "./task-graph.tsx";
import { TaskRecords } from "./task-records.tsx";
import { useTaskKeys } from "./use-task-keys.ts";

const VIEWS = ["graph", "table"] as const;
/** Drawing more than these would make the page wait: the browser draws them. */
const DRAWN_ON_SERVER = 40;
const neverChanges = () => () => undefined;

/** The forge's page below its header. */
export function ForgeView({ initial, wanted }: { initial: ForgeState; wanted: string | undefined }) {
  const t = useTranslations("forge");
  const { api } = useForgeFeed();
  const query = wanted === undefined ? "" : `?${new URLSearchParams({ session: wanted })}`;
  const state = useLiveForge<ForgeState>(`${api}/state${query}`, initial) ?? initial;
  const [view, setView] = useState<(typeof VIEWS)[number]>("graph");
  const [states, setStates] = useState<ReadonlySet<TaskState>>(new Set());
  const [text, setText] = useState("");
  const [open, setOpen] = useState<string | null>(null);
  const isHydrated = useSyncExternalStore(
    neverChanges,
    () => true,
    () => false,
  );
  const search = useRef<HTMLInputElement>(null);
  const table = useRef<HTMLDivElement>(null);
  useTaskKeys({ table, search, onClear: useCallback(() => setText(""), []) });

  const toggle = (chosen: TaskState) =>
    setStates((known) => {
      const next = new Set(known);
      if (!next.delete(chosen)) next.add(chosen);
      return next;
    });
  const rows = useMemo(() => {
    const words = text.trim().toLowerCase();
    const matches = (task: TaskNode) =>
      (states.size === 0 || states.has(task.state)) &&
      `#${task.index} ${task.task} ${task.kind} ${task.plugin ?? ""} ${task.stream ?? ""} ${task.title} ${task.reason ?? ""}`
        .toLowerCase()
        .includes(words);
    return state.tasks.filter(matches);
  }, [state.tasks, states, text]);
  const shown = useMemo(() => new Set(rows.map(({ task }) => task)), [rows]);
  const { coders, held, waiting, landings } = state;

  return (
    <main id="main" tabIndex={-1} className="mx-auto max-w-[100rem] px-4 py-4 max-sm:px-3">
      <ForgeHead state={state} />
      {state.session === null ? (
        <p className="panel mt-4 px-4 py-16 text-center text-muted" data-testid="no-session">
          {t("noSession")}
        </p>
      ) : (
        <>
          <div className="flex flex-wrap items-end gap-x-3">
            <TaskChoice
              tasks={state.tasks}
              shown={rows.length}
              states={states}
              onState={toggle}
              query={text}
              onQuery={setText}
              search={search}
            />
            <fieldset className="mb-2 ml-auto flex max-md:hidden">
              <legend className="sr-only">{t("view")}</legend>
              {VIEWS.map((each) => (
                <button
                  key={each}
                  type="button"
                  aria-pressed={view === each}
                  data-view={each}
                  className="button rounded-none first-of-type:rounded-l-md last-of-type:rounded-r-md last-of-type:border-l-0 aria-pressed:bg-raised aria-pressed:font-semibold"
                  onClick={() => setView(each)}
                >
                  {t(`views.${each}`)}
                </button>
              ))}
            </fieldset>
          </div>
          {state.tasks.length === 0 ? (
            <p className="panel px-4 py-16 text-center text-muted" data-testid="no-tasks">
              {t("noTasks")}
            </p>
          ) : (
            <>
              {view === "graph" && (
                <div className="max-md:hidden">
                  {isHydrated || state.tasks.length <= DRAWN_ON_SERVER ? (
                    <TaskGraph tasks={state.tasks} shown={shown} onOpen={setOpen} />
                  ) : (
                    <div className="panel h-[44rem]" />
                  )}
                </div>
              )}
              <section
                ref={table}
                aria-labelledby="tasks"
                // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
                tabIndex={0}
                className={`panel max-h-[44rem] overflow-auto max-md:max-h-[32rem] ${view === "graph" ? "md:hidden" : ""}`}
                data-testid="task-table"
              >
                <TaskRecords rows={rows} onOpen={setOpen} />
              </section>
            </>
          )}
          <Section id="coders" title={t("coders.title")} note={String(coders.length)}>
            <CoderRecords rows={coders} runs={state.session.run?.state === "running"} onOpen={setOpen} />
          </Section>
          <LandingRecords landings={landings} onOpen={setOpen} />
          <ClaimRecords held={held} waiting={waiting} onOpen={setOpen} tasks={state.tasks} />
          <Section
            id="activity"
            title={t("activity.title")}
            note={t("activity.note", { count: state.activity.length })}
          >
            <ActivityFeed rows={state.activity} />
          </Section>
        </>
      )}
      {open !== null && <TaskDrawer key={open} task={open} onClose={() => setOpen(null)} />}
    </main>
  );
}
