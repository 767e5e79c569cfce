"use client";

import { type RefObject, useEffect } from "react";
import { isTyping } from "../shell/keys-dialog.tsx";

/** / goes to the search and Esc leaves it, j and k move through the table's rows by real focus, so that Enter opens one. */
export function useTaskKeys(options: {
  table: RefObject<HTMLElement | null>;
  search: RefObject<HTMLInputElement | null>;
  onClear: () => void;
}): void {
  const { table, search, onClear } = options;
  useEffect(() => {
    const move = (step: 1 | -1) => {
      const buttons = [...(table.current?.querySelectorAll<HTMLElement>("[data-row-button]") ?? [])].filter((button) =>
        button.checkVisibility(),
      );
      const at = buttons.indexOf(document.activeElement as HTMLElement);
      const next = at < 0 ? (step > 0 ? 0 : buttons.length - 1) : Math.min(buttons.length - 1, Math.max(0, at + step));
      buttons[next]?.focus({ preventScroll: true });
      buttons[next]?.scrollIntoView({ block: "nearest" });
    };
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
      if (event.key === "Escape" && event.target === search.current) {
        onClear();
        search.current?.blur();
      } else if (isTyping(event.target)) return;
      else if (event.key === "/") search.current?.focus();
      else if (event.key === "j") move(1);
      else if (event.key === "k") move(-1);
      else return;
      event.preventDefault();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [table, search, onClear]);
}
