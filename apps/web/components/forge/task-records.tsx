"use client";

import { useLocale, useTranslations } from "next-intl";
import { useState } from "react";
import type { TaskNode } from "../../forges/forge-state.ts";
import { age } from "../format/numbers.ts";
import { useForgeFeed } from "../live/forge-feed.tsx";
import { PlainText } from "../ui/plain-text.tsx";
import { type RecordColumn, Records } from "../ui/records.tsx";
import { StateLabel } from "./state-mark.tsx";
import { useKindTitle } from "./use-kind-title.ts";

/** Rows that are rendered at first: a thousand make a page slow. */
const FIRST = 100;

/** The tasks as a table: what a phone shows of the graph, and what is searched. */
export function TaskRecords({ rows, onOpen }: { rows: readonly TaskNode[]; onOpen: (task: string) => void }) {
  const t = useTranslations("forge");
  const locale = useLocale();
  const { now } = useForgeFeed();
  const kindOf = useKindTitle();
  const [isWhole, setIsWhole] = useState(false);
  const numbers = (all: readonly number[]) => all.map((index) => `#${index}`).join(", ");
  const columns: RecordColumn<TaskNode>[] = [
    {
      key: "task",
      label: t("columns.task"),
      kind: "prose",
      cell: ({ task, index, title }) => (
        <button
          type="button"
          data-row-button
          data-task={task}
          className="text-left hover:underline"
          onClick={() => onOpen(task)}
        >
          <span className="mr-1.5 font-semibold">#{index}</span>
          <PlainText text={title} />
        </button>
      ),
    },
    { key: "state", label: t("columns.state"), cell: ({ state }) => <StateLabel state={state} /> },
    {
      key: "kind",
      label: t("columns.kind"),
      cell: (row) => <span className={row.kind === "core" ? "font-semibold" : "text-muted"}>{kindOf(row)}</span>,
    },
    { key: "after", label: t("columns.after"), cell: ({ dependsOn }) => numbers(dependsOn) || "–" },
    { key: "attempts", label: t("columns.attempts"), kind: "number", cell: ({ attempts }) => attempts },
    { key: "since", label: t("columns.since"), cell: ({ since }) => age(locale, now - since) },
    {
      key: "detail",
      label: t("columns.detail"),
      kind: "prose",
      cell: ({ state, stage, reason, commit, blockedBy }) => {
        if (commit !== null) return <code>{commit.slice(0, 8)}</code>;
        if (state === "blocked") return t("blockedBy", { tasks: numbers(blockedBy) });
        if (state === "working" && stage) return t(`stages.${stage}`);
        return reason === null ? "–" : <PlainText text={reason} />;
      },
    },
  ];
  const shown = isWhole ? rows : rows.slice(0, FIRST);
  return (
    <>
      <Records caption={t("tasks")} columns={columns} rows={shown} rowKey={({ task }) => task} empty={t("noMatch")} />
      {shown.length < rows.length && (
        <p className="p-3 text-center">
          <button type="button" className="button" onClick={() => setIsWhole(true)}>
            {t("showAll", { count: rows.length })}
          </button>
        </p>
      )}
    </>
  );
}
