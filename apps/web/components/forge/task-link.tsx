"use client";

import { spelledOut } from "../format/hidden-characters.ts";

/** A task's id, which opens it. */
export function TaskLink({ task, onOpen }: { task: string; onOpen: (task: string) => void }) {
  return (
    <button
      type="button"
      className="inline-block min-h-6 text-left font-medium hover:underline"
      onClick={() => onOpen(task)}
    >
      {spelledOut(task)}
    </button>
  );
}
