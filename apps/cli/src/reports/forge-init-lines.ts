import type { InitResult } from "../compose/forge-init.ts";

/** What was written, what was not chosen, and what to do next. */
export function initLines({ file, training_traces, setup, verify, detected }: InitResult): readonly string[] {
  const { enabled, acknowledged_terms } = training_traces;
  const open = detected.filter(({ command }) => ![...setup, ...verify].includes(command));
  return [
    `wrote ${file}`,
    enabled && acknowledged_terms
      ? "coders are recorded in the local database"
      : `coders are not recorded${enabled ? ": acknowledged_terms is false" : ""}`,
    ...open.map(({ kind, command, because }) => `${kind} could be ${command} (${because}); it was not chosen`),
    ...(verify.length === 0 ? ["verify is empty: until it names a command, only a feature's own <verify> is run"] : []),
    "next: alphaforge forge check SPEC",
  ];
}
