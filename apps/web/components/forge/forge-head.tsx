"use client";

import { useRouter } from "next/navigation";
import { useLocale, useTranslations } from "next-intl";
import type { ForgeState, RunFacts } from "../../forges/forge-state.ts";
import { spelledOut } from "../format/hidden-characters.ts";
import { age, count, dollars, utc } from "../format/numbers.ts";
import { useForgeFeed } from "../live/forge-feed.tsx";
import { Badge } from "../ui/badge.tsx";
import { Figure } from "../ui/figure.tsx";
import { PlainText } from "../ui/plain-text.tsx";

const TONES = { running: "bull", done: "plain", stopped: "plain", killed: "accent", failed: "bear" } as const;
const MARKS = { running: "▶", done: "✓", stopped: "■", killed: "!", failed: "✕" } as const;

/** What was asked for, where it goes, and how far it has come. */
export function ForgeHead({ state }: { state: ForgeState }) {
  const t = useTranslations("forge");
  const router = useRouter();
  const { name } = useForgeFeed();
  const { session } = state;
  return (
    <>
      <div className="mb-3 flex flex-wrap items-center gap-x-4 gap-y-2">
        <h1 className="text-lg font-semibold tracking-tight">
          {t("title")} <PlainText text={name} />
        </h1>
        {session && (
          <>
            <label className="flex items-center gap-2">
              <span className="text-muted">{t("session")}</span>
              <select
                className="field max-w-60"
                value={session.session}
                onChange={(event) => router.push(`?${new URLSearchParams({ session: event.target.value })}`)}
              >
                {state.sessions.map(({ session: each, openedAt }) => (
                  <option key={each} value={each}>
                    {`${spelledOut(each)} · ${utc(openedAt)}`}
                  </option>
                ))}
              </select>
            </label>
            <p className="min-w-0 wrap-anywhere" data-testid="branches">
              {session.branches.map(({ branch, finalized }, at) => (
                <span key={branch}>
                  {at > 0 && ", "}
                  <code>
                    <PlainText text={branch} />
                  </code>
                  {finalized && ` (${t("finalized", { time: utc(finalized.at) })})`}
                </span>
              ))}
              {!session.directly && (
                <>
                  <span aria-hidden="true"> → </span>
                  <span className="sr-only"> {t("into")} </span>
                  <code>
                    <PlainText text={session.target} />
                  </code>
                </>
              )}
              {session.directly && <span className="text-muted"> {t("directly")}</span>}
            </p>
          </>
        )}
      </div>
      {session && <RunLine run={session.run} />}
      {session && <Totals state={state} run={session.run} />}
    </>
  );
}

function RunLine({ run }: { run: RunFacts | null }) {
  const t = useTranslations("forge.run");
  const locale = useLocale();
  const { now } = useForgeFeed();
  if (!run)
    return (
      <p className="mb-3 text-muted" data-testid="run" data-run="none">
        {t("none")}
      </p>
    );
  const { state } = run;
  const ended = run.endedAt ?? run.startedAt;
  return (
    <p className="mb-3 flex flex-wrap items-center gap-x-3 gap-y-1" data-testid="run" data-run={state}>
      <Badge tone={TONES[state]}>
        <span aria-hidden="true">{MARKS[state]}</span> {t(`states.${state}`)}
      </Badge>
      <span>
        {state === "running"
          ? t("since", { age: age(locale, now - run.startedAt), time: utc(run.startedAt) })
          : state === "killed"
            ? t("killed", { time: utc(run.startedAt) })
            : t("ended", { age: age(locale, ended - run.startedAt), time: utc(ended) })}
      </span>
      <span className="text-muted">
        {t("with", { coder: spelledOut(run.coder), concurrency: run.concurrency })}
        {run.model !== undefined && ` · ${spelledOut(run.model)}`} · {t(run.recorded ? "recorded" : "notRecorded")}
      </span>
      {run.reason !== null && (
        <span className="text-bear">
          <PlainText text={run.reason} />
        </span>
      )}
    </p>
  );
}

function Totals({ state, run }: { state: ForgeState; run: RunFacts | null }) {
  const t = useTranslations("forge.totals");
  const locale = useLocale();
  const { now } = useForgeFeed();
  const { tasks, spent, landings } = state;
  const landed = tasks.filter(({ commit }) => commit !== null).length;
  const failed = tasks.filter(({ state: each }) => each === "failed" || each === "blocked").length;
  const last = landings.landed[0]?.at;
  const until = run?.state === "running" ? now : (run?.endedAt ?? Math.max(last ?? 0, run?.startedAt ?? 0));
  return (
    <dl
      className="panel grid grid-cols-2 gap-px overflow-hidden bg-line sm:grid-cols-3 xl:grid-cols-6"
      data-testid="totals"
    >
      <Figure label={t("landed")}>
        {t("of", { part: landed, all: tasks.length })}
        <svg aria-hidden="true" className="mt-1 block h-1 w-full" viewBox="0 0 100 1" preserveAspectRatio="none">
          <rect width="100" height="1" fill="var(--line)" />
          <rect width={tasks.length > 0 ? (100 * landed) / tasks.length : 0} height="1" fill="var(--bull)" />
        </svg>
      </Figure>
      <Figure label={t("working")}>
        {run?.state === "running" ? t("of", { part: state.coders.length, all: run.concurrency }) : "–"}
      </Figure>
      <Figure label={t("lost")}>{count(locale, failed)}</Figure>
      <Figure label={t("tokens")}>{count(locale, spent.tokens)}</Figure>
      <Figure label={t("dollars")}>
        {spent.priced === 0 ? "–" : dollars(locale, spent.dollars)}
        {spent.priced < spent.coded && (
          <span className="ml-1.5 text-[0.8125rem] font-normal text-muted">
            {t("priced", { priced: spent.priced, coded: spent.coded })}
          </span>
        )}
      </Figure>
      <Figure label={t("elapsed")}>{run ? age(locale, until - run.startedAt) : "–"}</Figure>
    </dl>
  );
}
