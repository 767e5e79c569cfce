"use client";

import { useLocale, useTranslations } from "next-intl";
import { type ReactNode, useEffect, useRef } from "react";
import type { AttemptFacts, TaskDetails } from "../../forges/forge-state.ts";
import { spelledOut } from "../format/hidden-characters.ts";
import { age, count, dollars, utc } from "../format/numbers.ts";
import { useForgeFeed } from "../live/forge-feed.tsx";
import { useLiveForge } from "../live/use-live-forge.ts";
import { Badge } from "../ui/badge.tsx";
import { PlainText } from "../ui/plain-text.tsx";
import { StateLabel } from "./state-mark.tsx";
import { useKindTitle } from "./use-kind-title.ts";

const STAGES = ["claim", "workspace", "coder", "fence", "verify", "landing"] as const;

/** One task, opened beside the page: Esc or a click beside it closes it, and the focus goes back to where it was. */
export function TaskDrawer({ task, onClose }: { task: string; onClose: () => void }) {
  const t = useTranslations("forge.details");
  const { api } = useForgeFeed();
  const details = useLiveForge<TaskDetails & { readonly stamp: string }>(
    `${api}/tasks/${encodeURIComponent(task)}`,
    null,
  );
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (!dialog.current?.open) dialog.current?.showModal();
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keyboard closes it with Esc and the button
    <dialog
      ref={dialog}
      className="drawer"
      aria-labelledby="task-title"
      data-testid="task"
      onClose={onClose}
      onClick={(event) => {
        if (event.target === dialog.current) dialog.current.close();
      }}
    >
      <div className="px-5 py-4 max-sm:px-3">
        <div className="mb-2 flex items-start gap-3">
          <h2 id="task-title" className="text-lg leading-6 font-semibold tracking-tight">
            <span className="text-muted">{spelledOut(task)}</span> {details && <PlainText text={details.title} />}
          </h2>
          <form method="dialog" className="ml-auto">
            <button type="submit" className="button">
              {t("close")}
            </button>
          </form>
        </div>
        {details ? <Opened details={details} /> : <p className="py-8 text-muted">{t("loading")}</p>}
      </div>
    </dialog>
  );
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="label">{label}</dt>
      <dd className="wrap-anywhere">{children}</dd>
    </div>
  );
}

function Opened({ details }: { details: TaskDetails }) {
  const t = useTranslations("forge.details");
  const forge = useTranslations("forge");
  const locale = useLocale();
  const { now } = useForgeFeed();
  const kind = useKindTitle()(details);
  const numbers = (all: readonly number[]) => all.map((index) => `#${index}`).join(", ");
  const { wait } = details;
  return (
    <>
      <p className="mb-3 flex flex-wrap items-center gap-x-3 gap-y-1">
        <StateLabel state={details.state} />
        <span className="text-muted">{t("since", { age: age(locale, now - details.since) })}</span>
        <Badge>{kind}</Badge>
        {details.commit !== null && <code>{details.commit.slice(0, 12)}</code>}
      </p>
      {details.blockedBy.length > 0 && (
        <p className="mb-3 text-bear">{forge("blockedBy", { tasks: numbers(details.blockedBy) })}</p>
      )}
      {details.reason !== null && (
        <p className="mb-3 border-l-4 border-bear bg-bear-soft px-3 py-2" data-testid="reason">
          <PlainText text={details.reason} />
        </p>
      )}
      {wait && (
        <div className="mb-3 border-l-4 border-accent bg-accent-soft px-3 py-2">
          <p>{t("wait", { wait: age(locale, wait.estimatedWaitMs) })}</p>
          <ul>
            {wait.blockers.map(({ holder, path }) => (
              <li key={`${holder} ${path}`}>
                <PlainText text={holder} />{" "}
                <code>
                  <PlainText text={path} />
                </code>
              </li>
            ))}
          </ul>
        </div>
      )}
      <p className="mb-4 text-[0.9375rem] leading-6">
        <PlainText text={details.description} />
      </p>
      {details.acceptance.length > 0 && (
        <>
          <h3 className="label mb-1">{t("acceptance")}</h3>
          <ul className="mb-4 list-disc pl-5">
            {details.acceptance.map((text) => (
              <li key={text}>
                <PlainText text={text} />
              </li>
            ))}
          </ul>
        </>
      )}
      <dl className="mb-5 grid grid-cols-2 gap-x-4 gap-y-2">
        <Fact label={t("touches")}>
          <code>
            <PlainText text={details.touches.join(" ")} />
          </code>
        </Fact>
        <Fact label={t("after")}>{numbers(details.dependsOn) || "–"}</Fact>
        <Fact label={t("branch")}>
          <code>
            <PlainText text={details.branch} />
          </code>
        </Fact>
        <Fact label={t("spec")}>
          <PlainText text={details.spec} />
        </Fact>
        <Fact label={t("priority")}>{details.priority}</Fact>
        <Fact label={t("tries")}>{details.tries}</Fact>
        {details.verify.length > 0 && (
          <Fact label={t("verify")}>
            <code>
              <PlainText text={details.verify.join("\n")} />
            </code>
          </Fact>
        )}
      </dl>
      <h3 className="mb-2 text-[0.9375rem] font-semibold">{t("attempts")}</h3>
      {details.attemptList.length === 0 ? (
        <p className="text-muted">{t("noAttempts")}</p>
      ) : (
        <ol className="flex flex-col gap-3">
          {details.attemptList.map((attempt) => (
            <Attempt key={attempt.attempt} attempt={attempt} task={details.task} />
          ))}
        </ol>
      )}
    </>
  );
}

function Attempt({ attempt, task }: { attempt: AttemptFacts; task: string }) {
  const t = useTranslations("forge.details");
  const forge = useTranslations("forge");
  const locale = useLocale();
  const { refusal, tokens, ports } = attempt;
  const stage = refusal && STAGES.find((known) => known === refusal.stage);
  return (
    <li className="panel px-3 py-2" data-attempt={attempt.attempt}>
      <p className="mb-2 flex flex-wrap items-baseline gap-x-3">
        <span className="font-semibold">{t("attempt", { attempt: attempt.attempt })}</span>
        <span className={refusal ? "text-bear" : attempt.commit !== undefined ? "text-bull" : "text-work"}>
          {refusal
            ? t("refusedAt", { stage: stage ? t(`refusals.${stage}`) : spelledOut(refusal.stage) })
            : attempt.commit !== undefined
              ? t("landedAs", { commit: attempt.commit.slice(0, 12) })
              : forge(`stages.${attempt.stage}`)}
        </span>
        {attempt.counts === false && <span className="text-muted">{t("doesNotCount")}</span>}
      </p>
      {refusal && (
        <div className="mb-2">
          <p>
            <code className="text-muted">{spelledOut(refusal.code)}</code> <PlainText text={refusal.reason} />
          </p>
          {refusal.paths.length > 0 && (
            <ul className="mt-1">
              {refusal.paths.map((path) => (
                <li key={path}>
                  <code>
                    <PlainText text={path} />
                  </code>
                </li>
              ))}
            </ul>
          )}
          {refusal.hasOutput && (
            <p className="mt-1 text-muted">
              {t("output")} <code className="text-text">alphaforge forge log {spelledOut(task)}</code>
            </p>
          )}
        </div>
      )}
      <dl className="grid grid-cols-3 gap-x-4 gap-y-2 max-sm:grid-cols-2">
        <Fact label={t("started")}>{utc(attempt.startedAt)}</Fact>
        <Fact label={t("waited")}>{age(locale, attempt.waitedMs)}</Fact>
        <Fact label={t("coderTook")}>{attempt.coderMs === undefined ? "–" : age(locale, attempt.coderMs)}</Fact>
        <Fact label={t("tokens")}>{tokens === null ? "–" : count(locale, tokens)}</Fact>
        <Fact label={t("cost")}>{attempt.costUsd === undefined ? "–" : dollars(locale, attempt.costUsd)}</Fact>
        <Fact label={t("model")}>{attempt.model === undefined ? "–" : <PlainText text={attempt.model} />}</Fact>
        <Fact label={t("workspace")}>
          {attempt.workspace === undefined ? "–" : <PlainText text={attempt.workspace} />}
        </Fact>
        <Fact label={t("ports")}>{ports ? `${ports.from}–${ports.to}` : "–"}</Fact>
        <Fact label={t("token")}>{attempt.token}</Fact>
      </dl>
      {attempt.keptRef !== undefined && (
        <p className="mt-2">
          <span className="label">{t("kept")}</span>{" "}
          <code className="wrap-anywhere">
            <PlainText text={attempt.keptRef} />
          </code>{" "}
          <code className="text-muted">{attempt.keptCommit?.slice(0, 12)}</code>
        </p>
      )}
    </li>
  );
}
