import { readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { buildProgram } from "../src/build-program.ts";
import type { App } from "../src/command.ts";

const COMMANDS = fileURLToPath(new URL("../src/commands", import.meta.url));
const commands = readdirSync(COMMANDS, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
  .map((entry) => relative(COMMANDS, join(entry.parentPath, entry.name)).replace(/\.ts$/, ""));
const groups = [...new Set(commands.filter((path) => path.includes("/")).map((path) => path.split("/")[0] as string))];

/** Words of those who build this, which no reader of help has met. */
const INTERNAL =
  /\b(seat|lane|sight|brain|fold(s|ed)?|projections?|journal|witness|keep refs?|stub|todo|patient|kernel|upsert|plugin\.ts|issue #?\d+)\b/i;

const app: App = {
  get config(): never {
    throw new Error("help needs no configuration");
  },
  signal: new AbortController().signal,
  print: () => undefined,
  warn: () => undefined,
  progress: () => undefined,
};

/** The help as a terminal of this width shows it. */
async function helpOf(path: readonly string[], columns: number): Promise<string> {
  const program = await buildProgram(app, path);
  let command = program;
  for (const name of path) command = command.commands.find((each) => each.name() === name) ?? command;
  let text = "";
  command.configureHelp({ ...command.configureHelp(), helpWidth: Math.min(columns, 100) });
  command.configureOutput({
    writeOut: (part) => {
      text += part;
    },
  });
  command.outputHelp();
  return text;
}

describe.each([80, 120])("help on a terminal of %i columns", (columns) => {
  test.each([[], ...groups.map((group) => [group])].map((path) => ({ name: path.join(" ") || "alphaforge", path })))(
    "$name lists what there is in one line's reading",
    async ({ path }) => {
      const text = await helpOf(path, columns);
      for (const line of text.split("\n")) expect(line.length, line).toBeLessThanOrEqual(100);
      expect(text).not.toMatch(INTERNAL);
    },
  );

  test.each(commands)("%s has a sentence, an example that names it, and no line beyond 100 columns", async (path) => {
    const name = path.replace("/", " ");
    const text = await helpOf(path.split("/"), columns);
    const [usage, , sentence] = text.split("\n");
    expect(usage).toMatch(new RegExp(`^Usage: alphaforge ${name}`));
    expect(sentence).toMatch(/^[a-z]/);
    expect(text).toMatch(new RegExp(`\\nExamples?:\\n(.*\\n)*? .*alphaforge ${name}`));
    for (const line of text.split("\n")) expect(line.length, line).toBeLessThanOrEqual(100);
    expect(text).not.toMatch(INTERNAL);
    expect(text).not.toContain("(default: [])");
  });
});

test("the program's help begins with what one starts with, and groups are in the order of use", async () => {
  const text = await helpOf([], 100);
  const headings = [...text.matchAll(/^(\w[\w ]*):$/gm)].map(([, heading]) => heading);
  expect(headings).toEqual([
    "Options",
    "Start here",
    "Trading",
    "Coding agents",
    "Upkeep",
    "Three commands to start with",
  ]);
  expect(text).toMatch(/doctor .*\n(.*\n)*? +up .*\n(.*\n)*? +desk .*\n(.*\n)*? +forge /);
});
