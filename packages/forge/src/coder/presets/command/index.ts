import { z } from "zod";
import type { CoderLaunch, CoderPlugin } from "../../coder.ts";
import { readOptions } from "../../read-options.ts";
import { RAW } from "../../streams/stream-json.ts";

const OPTIONS = z.strictObject({
  /** The program and its arguments, without a shell. {prompt}, {promptFile}, {workspace}, {feature} and {attempt} are filled in. */
  run: z.array(z.string(), "give the command line: coder.command in alphaforge.yaml").min(1),
  /** Its prompt comes on standard input. */
  stdin: z.boolean().default(false),
  /** What it is called in records. */
  name: z.string().min(1).default("command"),
  /** Variables of the caller's environment that it needs. */
  passes: z.array(z.string()).default([]),
});

/** Any program: what it writes is recorded and means nothing to us, its exit status decides. */
export const plugin: CoderPlugin = {
  kind: "coder",
  name: "command",
  open(options) {
    const { run, stdin, name, passes } = readOptions("command", OPTIONS, options);
    return {
      name,
      passes,
      hasHooks: false,
      command(launch) {
        const [program = "", ...args] = run.map((part) => filled(part, launch));
        return { program, args, environment: {}, ...(stdin ? { stdin: "prompt" as const } : {}) };
      },
      parse: () => RAW,
    };
  },
};

const PLACEHOLDERS = /\{(prompt|promptFile|workspace|feature|attempt)\}/g;

/** In one pass: a placeholder within the prompt stays as it is. */
const filled = (text: string, launch: CoderLaunch): string =>
  text.replace(PLACEHOLDERS, (_, name: "prompt" | "promptFile" | "workspace" | "feature" | "attempt") =>
    String(launch[name]),
  );
