"use client";

import { useLocale, useTranslations } from "next-intl";
import type { ReactNode } from "react";
import type { HeldClaim, TaskNode, WaitingClaim } from "../../forges/forge-state.ts";
import { spelledOut } from "../format/hidden-characters.ts";
import { age } from "../format/numbers.ts";
import { useForgeFeed } from "../live/forge-feed.tsx";
import { PlainText } from "../ui/plain-text.tsx";
import { type RecordColumn, Records } from "../ui/records.tsx";
import { Section } from "../ui/section.tsx";
import { TaskLink } from "./task-link.tsx";

const MODES = ["exclusive", "shared", "intent"] as const;

interface Props {
  readonly held: readonly HeldClaim[];
  readonly waiting: readonly WaitingClaim[];
  readonly tasks: readonly TaskNode[];
  readonly onOpen: (task: string) => void;
}

/** Who holds which part of the repository, and who waits for whom. */
export function ClaimRecords({ held, waiting, tasks, onOpen }: Props) {
  const t = useTranslations("forge");
  const locale = useLocale();
  const { now } = useForgeFeed();
  const own = new Set(tasks.map(({ task }) => task));
  const holderOf = (holder: string): ReactNode =>
    own.has(holder) ? (
      <TaskLink task={holder} onOpen={onOpen} />
    ) : (
      <span className="font-medium">{spelledOut(holder)}</span>
    );
  const modeOf = (mode: string) => {
    const known = MODES.find((each) => each === mode);
    return known ? t(`claims.modes.${known}`) : mode;
  };
  const holder = {
    key: "holder",
    label: t("columns.holder"),
    cell: (row: { readonly holder: string }) => holderOf(row.holder),
  };
  const globs = {
    key: "globs",
    label: t("columns.globs"),
    kind: "prose" as const,
    cell: ({ globs: all, mode }: { readonly globs: readonly string[]; readonly mode: string }) => (
      <>
        <code>
          <PlainText text={all.join(" ")} />
        </code>{" "}
        <span className="text-muted">{modeOf(mode)}</span>
      </>
    ),
  };
  const heldColumns: RecordColumn<HeldClaim>[] = [
    holder,
    globs,
    { key: "token", label: t("columns.token"), kind: "number", cell: ({ token }) => token },
    { key: "since", label: t("columns.since"), cell: ({ grantedAt }) => age(locale, now - grantedAt) },
  ];
  const waitingColumns: RecordColumn<WaitingClaim>[] = [
    { key: "position", label: t("columns.position"), kind: "number", cell: ({ position }) => position },
    holder,
    globs,
    {
      key: "blockers",
      label: t("columns.blockers"),
      kind: "prose",
      cell: ({ answer }) =>
        answer === null || answer.blockers.length === 0
          ? "–"
          : answer.blockers.map((blocker, at) => (
              <span key={`${blocker.holder} ${blocker.path}`}>
                {at > 0 && ", "}
                {holderOf(blocker.holder)}{" "}
                <code className="text-muted">
                  <PlainText text={blocker.path} />
                </code>
              </span>
            )),
    },
    {
      key: "estimate",
      label: t("columns.estimate"),
      kind: "prose",
      cell: ({ answer, requestedAt }) => {
        const asked = age(locale, now - requestedAt);
        if (answer === null) return t("claims.asked", { asked });
        return t("claims.estimate", { wait: age(locale, answer.estimatedWaitMs), asked });
      },
    },
  ];
  return (
    <div className="tight grid gap-x-4 xl:grid-cols-[2fr_3fr]">
      <Section id="claims" title={t("claims.held")} note={String(held.length)}>
        <Records
          caption={t("claims.held")}
          columns={heldColumns}
          rows={held}
          rowKey={({ id }) => id}
          empty={t("claims.noneHeld")}
        />
      </Section>
      <Section id="waits" title={t("claims.waiting")} note={String(waiting.length)}>
        <Records
          caption={t("claims.waiting")}
          columns={waitingColumns}
          rows={waiting}
          rowKey={({ id }) => id}
          empty={t("claims.noneWaiting")}
        />
      </Section>
    </div>
  );
}
