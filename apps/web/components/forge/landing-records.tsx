"use client";

import { useLocale, useTranslations } from "next-intl";
import type { Conflict, Landings, Verification } from "../../forges/forge-state.ts";
import { age, shortUtc } from "../format/numbers.ts";
import { useForgeFeed } from "../live/forge-feed.tsx";
import { Badge } from "../ui/badge.tsx";
import { PlainText } from "../ui/plain-text.tsx";
import { type RecordColumn, Records } from "../ui/records.tsx";
import { Section } from "../ui/section.tsx";
import { TaskLink } from "./task-link.tsx";

const OUTCOMES = {
  green: ["bull", "✓"],
  flaky: ["accent", "≈"],
  red: ["bear", "✕"],
} as const;

interface Props {
  readonly landings: Landings;
  readonly onOpen: (task: string) => void;
}

/** The way onto the branch: what waits, what is being verified, what became of it. */
export function LandingRecords({ landings, onOpen }: Props) {
  const t = useTranslations("forge");
  const locale = useLocale();
  const { now } = useForgeFeed();
  const tasksOf = (tasks: readonly string[]) => (
    <span className="inline-flex flex-wrap gap-x-2">
      {tasks.map((task) => (
        <TaskLink key={task} task={task} onOpen={onOpen} />
      ))}
    </span>
  );
  const task = {
    key: "task",
    label: t("columns.task"),
    kind: "prose" as const,
    cell: (row: { readonly task: string; readonly title: string }) => (
      <>
        <TaskLink task={row.task} onOpen={onOpen} />{" "}
        <span className="text-muted">
          <PlainText text={row.title} />
        </span>
      </>
    ),
  };
  const queue: RecordColumn<Landings["queue"][number]>[] = [
    task,
    { key: "since", label: t("columns.since"), cell: ({ since }) => age(locale, now - since) },
  ];
  const verifications: RecordColumn<Verification>[] = [
    {
      key: "outcome",
      label: t("columns.outcome"),
      cell: ({ outcome }) => {
        if (outcome === null) return t("landing.runs");
        const [tone, mark] = OUTCOMES[outcome];
        return (
          <Badge tone={tone}>
            <span aria-hidden="true">{mark}</span> {t(`landing.outcomes.${outcome}`)}
          </Badge>
        );
      },
    },
    { key: "tasks", label: t("columns.tasks"), kind: "prose", cell: ({ tasks }) => tasksOf(tasks) },
    {
      key: "took",
      label: t("columns.took"),
      kind: "number",
      cell: ({ startedAt, endedAt }) => (endedAt === null ? "–" : age(locale, endedAt - startedAt)),
    },
    { key: "commit", label: t("columns.combination"), cell: ({ commit }) => <code>{commit.slice(0, 8)}</code> },
    { key: "ended", label: t("columns.time"), cell: ({ endedAt }) => (endedAt === null ? "–" : shortUtc(endedAt)) },
  ];
  const landed: RecordColumn<Landings["landed"][number]>[] = [
    { key: "commit", label: t("columns.commit"), cell: ({ commit }) => <code>{commit.slice(0, 8)}</code> },
    task,
    { key: "at", label: t("columns.time"), cell: ({ at }) => shortUtc(at) },
  ];
  const conflicts: RecordColumn<Conflict>[] = [
    {
      key: "task",
      label: t("columns.task"),
      cell: (row) => (
        <>
          <TaskLink task={row.task} onOpen={onOpen} /> <span className="text-muted">/{row.attempt}</span>
        </>
      ),
    },
    {
      key: "reason",
      label: t("columns.reason"),
      kind: "prose",
      cell: ({ reason, paths }) => (
        <>
          <PlainText text={reason} />
          {paths.length > 0 && (
            <code className="ml-2 text-muted">
              <PlainText text={paths.join(" ")} />
            </code>
          )}
        </>
      ),
    },
    { key: "at", label: t("columns.time"), cell: ({ at }) => shortUtc(at) },
  ];
  const { running } = landings;
  return (
    <div className="grid gap-x-4 xl:grid-cols-2">
      <div className="min-w-0">
        <Section id="queue" title={t("landing.queue")} note={String(landings.queue.length)}>
          {running.map(({ verification, tasks, startedAt }) => (
            <div
              key={verification}
              className="flex flex-wrap items-center gap-x-3 gap-y-1 border-b border-line bg-land-soft px-3 py-2"
              data-testid="verifying"
            >
              <span aria-hidden="true" className="pulse size-2 rounded-full bg-land" />
              <span>{t("landing.verifying", { age: age(locale, now - startedAt) })}</span>
              {tasksOf(tasks)}
            </div>
          ))}
          <Records
            caption={t("landing.queue")}
            columns={queue}
            rows={landings.queue}
            rowKey={(row) => row.task}
            empty={t("landing.emptyQueue")}
          />
        </Section>
        <Section id="verifications" title={t("landing.verifications")}>
          <Records
            caption={t("landing.verifications")}
            columns={verifications}
            rows={landings.verifications}
            rowKey={({ verification }) => verification}
            empty={t("landing.noVerifications")}
          />
        </Section>
      </div>
      <div className="min-w-0">
        <Section id="landed" title={t("landing.landed")}>
          <Records
            caption={t("landing.landed")}
            columns={landed}
            rows={landings.landed}
            rowKey={(row) => row.task}
            empty={t("landing.noneLanded")}
          />
        </Section>
        <Section id="conflicts" title={t("landing.conflicts")} note={String(landings.conflicts.length)}>
          <Records
            caption={t("landing.conflicts")}
            columns={conflicts}
            rows={landings.conflicts}
            rowKey={(row) => `${row.task}/${row.attempt}`}
            empty={t("landing.noConflicts")}
          />
        </Section>
      </div>
    </div>
  );
}
