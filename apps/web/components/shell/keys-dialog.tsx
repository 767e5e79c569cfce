"use client";

import { useTranslations } from "next-intl";
import { useEffect, useRef } from "react";

const KEYS = {
  desk: ["timeframe", "search", "move", "open", "leave", "help"],
  forge: ["search", "nodes", "rows", "details", "leave", "help"],
} as const;
export type KeySet = keyof typeof KEYS;
const CAPS: Readonly<Record<(typeof KEYS)[KeySet][number], readonly string[]>> = {
  timeframe: ["1", "…", "6"],
  search: ["/"],
  move: ["j", "k", "↓", "↑"],
  open: ["Enter"],
  nodes: ["←", "→", "↑", "↓"],
  rows: ["j", "k"],
  details: ["Enter"],
  leave: ["Esc"],
  help: ["?"],
};

/** True where a letter is text, not a command. */
export function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.closest("input, textarea, select, [contenteditable]") !== null;
}

/** Opens the list of keys; so does "?" anywhere. */
export function KeysButton({ keys }: { keys: KeySet }) {
  const t = useTranslations("keys");
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== "?" || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      event.preventDefault();
      if (dialog.current?.open) dialog.current.close();
      else dialog.current?.showModal();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);
  return (
    <>
      <button
        type="button"
        className="icon-button text-[0.9375rem] font-medium max-sm:hidden"
        aria-label={t("title")}
        title={t("title")}
        onClick={() => dialog.current?.showModal()}
      >
        ?
      </button>
      <dialog
        ref={dialog}
        aria-labelledby="keys-title"
        className="panel m-auto w-80 max-w-[calc(100vw-2rem)] p-4 text-text backdrop:bg-[#000a]"
      >
        <h2 id="keys-title" className="mb-3 text-[0.9375rem] font-semibold">
          {t("title")}
        </h2>
        <dl className="grid grid-cols-[auto_1fr] items-center gap-x-4 gap-y-2">
          {KEYS[keys].map((key) => (
            <div key={key} className="contents">
              <dt className="flex gap-1">
                {CAPS[key].map((cap) => (
                  <kbd key={cap} className="rounded border border-line bg-raised px-1.5 font-sans text-2xs">
                    {cap}
                  </kbd>
                ))}
              </dt>
              <dd className="text-muted">{t(key)}</dd>
            </div>
          ))}
        </dl>
        <form method="dialog" className="mt-4 text-right">
          <button type="submit" className="rounded border border-strong px-3 py-1 hover:bg-raised">
            {t("close")}
          </button>
        </form>
      </dialog>
    </>
  );
}
