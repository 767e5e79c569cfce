"use client";

import { useTranslations } from "next-intl";
import { CommandNote } from "./command-note.tsx";
import { useCommand } from "./commander.tsx";

/** Pauses an agent, or lets a paused one go on. */
export function PauseButton({ status }: { status: string }) {
  const t = useTranslations("commands");
  const pause = useCommand("pause");
  const resume = useCommand("resume");
  const paused = status === "paused";
  const current = paused ? resume : pause;
  const other = paused ? pause : resume;
  // Once the desk has applied one, the other is offered: what is said stays that of the one that was sent.
  const state = current.state ?? other.state;
  return (
    <div className="flex flex-wrap items-center gap-2">
      <CommandNote state={state} />
      <button
        type="button"
        className="button"
        data-testid="pause"
        disabled={current.state?.kind === "sending" || current.state?.kind === "waiting"}
        onClick={() => void current.run()}
      >
        {paused ? t("resume") : t("pause")}
      </button>
    </div>
  );
}
