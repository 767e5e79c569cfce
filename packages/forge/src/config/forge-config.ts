import { z } from "zod";
import { DEFAULT_ROOTS } from "../spec/roots.ts";

/** Stands in a repository's root and says how its forge works. Every key has a default. */
export const CONFIG_FILE = "alphaforge.yaml";

const directory = z
  .string()
  .regex(
    /^(?!\.{1,2}(\/|$))[\w@+.-]+(\/(?!\.{1,2}(\/|$))[\w@+.-]+)*$/,
    "must be a directory from the repository's root without a slash at the end, such as src/plugins",
  );

/** The rules of `git check-ref-format --branch`, as far as one expression goes. */
const branch = z
  .string()
  .max(200)
  .regex(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: a branch's name may not hold them
    /^(?!-|.*(\.\.|\/\/|@\{|\/\.|\.lock(\/|$)))[^\u0000- ~^:?*[\\\u007f/.]([^\u0000- ~^:?*[\\\u007f]*[^\u0000- ~^:?*[\\\u007f/.])?$/,
    "must be a branch's name, such as main",
  );

const command = z.string().regex(/\S/, "must be a command, such as npm test");
const positive = z.number().positive();
const count = z.number().int().min(1);

const pattern = z.string().superRefine((text, context) => {
  const fault = patternFault(text);
  if (fault !== undefined) context.addIssue({ code: "custom", message: fault });
});

/** Descriptions become the comments of the template: this is the one place that says what a key means. */
export const forgeConfigSchema = z.strictObject({
  target: branch
    .nullable()
    .default(null)
    .describe("The branch that `forge finalize` brings a session into. null: the one checked out when it starts."),
  concurrency: count.max(200).default(4).describe("Coders that run at the same time."),
  roots: z
    .strictObject({
      plugins: directory.default(DEFAULT_ROOTS.plugins).describe("The plugin auth owns <plugins>/auth/**."),
      tests: directory
        .nullable()
        .default(DEFAULT_ROOTS.tests)
        .describe("And <tests>/auth/**. null: tests stand beside their sources."),
    })
    .prefault({})
    .describe("Where plugins live."),
  setup: z
    .array(command)
    .default([])
    .describe('Commands that prepare a fresh workspace, in order, such as ["npm ci"].'),
  verify: z
    .array(command)
    .default([])
    .describe(
      'Commands that must succeed on what would land, in order, such as ["npm test"]. Empty: only a feature\'s own <verify> is run.',
    ),
  coder: z
    .strictObject({
      preset: z
        .string()
        .regex(/^[a-z0-9][a-z0-9-]*$/, "must be a coder's name, such as claude")
        .default("claude")
        .describe("claude, codex, gemini, qwen, opencode, or command for a command line of your own."),
      command: command
        .nullable()
        .default(null)
        .describe("The command line of preset command; {prompt} and {promptFile} are filled in."),
      model: z
        .string()
        .regex(/^\S+$/, "must be a model's name")
        .nullable()
        .default(null)
        .describe("null: the coder's own default."),
      options: z
        .record(z.string(), z.unknown())
        .default({})
        .describe('More options of the preset, such as {"executable": "/opt/claude", "args": ["--max-turns", "50"]}.'),
    })
    .superRefine(({ preset, command }, context) => {
      if ((preset === "command") === (command !== null)) return;
      const message = command === null ? "must be given with preset command" : "goes with preset command alone";
      context.addIssue({ code: "custom", path: ["command"], message });
    })
    .prefault({})
    .describe("The agent that builds the features."),
  environment: z
    .array(z.string().regex(/^[A-Za-z_]\w*$/, "must be a variable's name"))
    .default([])
    .describe(
      'Variables of yours that coders, setup and verify are given beside PATH and what a coder needs, such as ["HTTPS_PROXY"].',
    ),
  limits: z
    .strictObject({
      attempts: count.max(20).default(3).describe("Tries before a feature is given up."),
      minutes: positive.default(60).describe("Time of one attempt."),
      idle_minutes: positive
        .default(10)
        .describe("Time without a word from the coder after which the attempt is ended."),
      tokens: count.default(5_000_000).describe("Tokens of one attempt, as the coder reports them."),
      usd: positive.default(10).describe("US dollars of one attempt, as the coder reports them."),
      output_mb: positive.default(100).describe("Megabytes that one attempt may print."),
      verify_minutes: positive.default(15).describe("Time of one verification."),
    })
    .prefault({})
    .describe("Beyond these an attempt is ended, with the reason."),
  claims: z
    .strictObject({
      lease_seconds: z
        .number()
        .int()
        .min(5)
        .max(3_600)
        .default(60)
        .describe("A claim that nobody has kept up for this long is another's to have."),
    })
    .prefault({})
    .describe("Who may touch what."),
  ports: z
    .strictObject({
      first: z.number().int().min(1_024).max(65_535).default(20_000).describe("The first port that is handed out."),
      per_workspace: count.max(1_000).default(10).describe("Ports in a row for each workspace."),
    })
    .prefault({})
    .describe("Every workspace has ports of its own, so that servers in two of them do not meet."),
  disk: z
    .strictObject({
      workspace_gb: positive
        .default(5)
        .describe("Gigabytes that one workspace may take; beyond it the attempt is refused."),
      total_gb: positive.default(50).describe("Gigabytes of all workspaces; beyond it no workspace is made."),
    })
    .prefault({})
    .describe("Limits on disk space."),
  training_traces: z
    .strictObject({
      enabled: z.boolean().default(false).describe("Record every message of every coder in the local database."),
      acknowledged_terms: z
        .boolean()
        .default(false)
        .describe(
          "You have read your provider's terms on training with model output, and what you export is yours to answer for. Without it nothing is recorded.",
        ),
    })
    .prefault({})
    .describe("Recording needs both to be true."),
  redaction: z
    .strictObject({
      patterns: z
        .array(
          z.strictObject({
            name: z.string().regex(/^[a-z0-9][a-z0-9-]*$/, "must be lower-case letters, digits and dashes"),
            pattern,
          }),
        )
        .default([])
        .describe(
          'What exports must not hold beside secrets and user names: [{"name": "customer", "pattern": "CUST-[0-9]+"}].',
        ),
    })
    .prefault({})
    .describe("Applied when traces are exported; the database keeps what was said."),
});

export type ForgeConfig = z.output<typeof forgeConfigSchema>;

/** Why a text cannot be a redaction pattern; undefined when it can. */
function patternFault(text: string): string | undefined {
  try {
    return new RegExp(text, "u").test("") ? "must not match the empty text, or it would match everywhere" : undefined;
  } catch (error) {
    return `must be a regular expression: ${(error as Error).message}`;
  }
}
