"use client";

import { useLocale, useTranslations } from "next-intl";
import type { RunningCoder } from "../../forges/forge-state.ts";
import { spelledOut } from "../format/hidden-characters.ts";
import { age, dollars } from "../format/numbers.ts";
import { useForgeFeed } from "../live/forge-feed.tsx";
import { PlainText } from "../ui/plain-text.tsx";
import { type RecordColumn, Records } from "../ui/records.tsx";
import { TaskLink } from "./task-link.tsx";

interface Props {
  readonly rows: readonly RunningCoder[];
  /** Somebody orchestrates: otherwise these are the attempts that were cut off. */
  readonly runs: boolean;
  readonly onOpen: (task: string) => void;
}

/** Attempts under way: at which stage, since when, where and with what. */
export function CoderRecords({ rows, runs, onOpen }: Props) {
  const t = useTranslations("forge");
  const locale = useLocale();
  const { now } = useForgeFeed();
  const columns: RecordColumn<RunningCoder>[] = [
    {
      key: "task",
      label: t("columns.task"),
      kind: "prose",
      cell: ({ task, title }) => (
        <>
          <TaskLink task={task} onOpen={onOpen} />{" "}
          <span className="text-muted">
            <PlainText text={title} />
          </span>
        </>
      ),
    },
    { key: "attempt", label: t("columns.attempt"), kind: "number", cell: ({ attempt }) => attempt },
    {
      key: "stage",
      label: t("columns.stage"),
      cell: ({ stage }) => (runs ? t(`stages.${stage}`) : t("coders.cutOff", { stage: t(`stages.${stage}`) })),
    },
    {
      key: "elapsed",
      label: t("columns.elapsed"),
      kind: "number",
      cell: ({ startedAt }) => (runs ? age(locale, now - startedAt) : "–"),
    },
    {
      key: "workspace",
      label: t("columns.workspace"),
      cell: ({ workspace }) => (workspace === null ? "–" : spelledOut(workspace)),
    },
    {
      key: "ports",
      label: t("columns.ports"),
      cell: ({ ports }) => (ports === null ? "–" : `${ports.from}–${ports.to}`),
    },
    {
      key: "model",
      label: t("columns.model"),
      cell: ({ model }) => (model === null ? "–" : spelledOut(model)),
    },
    {
      key: "cost",
      label: t("columns.cost"),
      kind: "number",
      cell: ({ dollars: cost }) => (cost === null ? "–" : dollars(locale, cost)),
    },
  ];
  return (
    <Records
      caption={t("coders.title")}
      columns={columns}
      rows={rows}
      rowKey={({ task }) => task}
      empty={t("coders.none")}
    />
  );
}
