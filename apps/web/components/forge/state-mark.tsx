"use client";

import { useTranslations } from "next-intl";
import type { ReactNode } from "react";
import type { TaskState } from "../../forges/forge-state.ts";

const TONES: Readonly<Record<TaskState, string>> = {
  landed: "text-bull",
  landing: "text-land",
  working: "text-work",
  waiting: "text-accent",
  pending: "text-muted",
  blocked: "text-bear",
  failed: "text-bear",
};

const SHAPES: Readonly<Record<TaskState, ReactNode>> = {
  landed: (
    <>
      <circle cx="8" cy="8" r="7" fill="currentColor" stroke="none" />
      <path d="M4.800 8.200l2.200 2.300 4.200-4.800" stroke="var(--surface)" strokeWidth="1.800" />
    </>
  ),
  landing: <path d="M8 1.500v8.500M4.500 6.800L8 10.200l3.500-3.400M2.500 14h11" strokeWidth="1.800" />,
  working: (
    <>
      <circle cx="8" cy="8" r="6" />
      <path d="M8 2a6 6 0 0 1 0 12z" fill="currentColor" stroke="none" />
    </>
  ),
  waiting: <path d="M4 2h8M4 14h8M5 2c0 4 6 8 6 12M11 2c0 4-6 8-6 12" />,
  pending: <circle cx="8" cy="8" r="6" strokeDasharray="2.500 2.200" />,
  blocked: (
    <>
      <circle cx="8" cy="8" r="6" />
      <path d="M4 12l8-8" />
    </>
  ),
  failed: (
    <>
      <path d="M5 1h6l4 4v6l-4 4H5l-4-4V5z" fill="currentColor" stroke="none" />
      <path d="M5.500 5.500l5 5m0-5l-5 5" stroke="var(--surface)" strokeWidth="1.800" />
    </>
  ),
};

/** A state by its shape; whoever shows it says the state in words too. */
export function StateMark({ state }: { state: TaskState }) {
  return (
    <svg
      viewBox="0 0 16 16"
      width="14"
      height="14"
      aria-hidden="true"
      fill="none"
      stroke="currentColor"
      strokeWidth="1.500"
      className={`shrink-0 ${TONES[state]}`}
    >
      {SHAPES[state]}
    </svg>
  );
}

/** A state by shape and word. */
export function StateLabel({ state }: { state: TaskState }) {
  const t = useTranslations("forge.states");
  return (
    <span className={`inline-flex items-center gap-1.5 font-medium whitespace-nowrap ${TONES[state]}`}>
      <StateMark state={state} />
      {t(state)}
    </span>
  );
}
