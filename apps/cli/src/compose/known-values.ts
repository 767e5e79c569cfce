import { existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { RANKED_TIMEFRAMES, TIMEFRAMES } from "@alphaforge/desk/instrument/timeframe";
import type { ValuesOf } from "./complete-words.ts";

const resolve = createRequire(import.meta.url).resolve;
const DESK = dirname(resolve("@alphaforge/desk/events"));
const CODERS = join(dirname(resolve("@alphaforge/forge/coder/find-coders")), "presets");
const SHIPPED = fileURLToPath(new URL("../../../../desks", import.meta.url));

/** What options and arguments may be, by their names, as far as files say it: no database is started for a suggestion. */
export function knownValues(home: string, directory: string): ValuesOf {
  const desks = (): readonly string[] => [
    ...new Set([
      ...namesIn(SHIPPED).flatMap((name) => (/^(?!models\.)[\w-]+\.yaml$/.test(name) ? [name.slice(0, -5)] : [])),
      ...namesIn(join(home, "desks")),
    ]),
  ];
  const strategies = (): readonly string[] => directoriesIn(join(DESK, "strategies"));
  const venues = (): readonly string[] => [
    ...directoriesIn(join(DESK, "venues")).filter((name) => name !== "archive"),
    ...namesIn(join(home, "candles")),
  ];
  const values: Readonly<Record<string, (words: readonly string[]) => readonly string[] | Promise<readonly string[]>>> =
    {
      desk: desks,
      strategy: strategies,
      strategies,
      signal: () => directoriesIn(join(DESK, "forecast/ranking/signals")),
      agent: agentNames,
      agents: agentNames,
      timeframe: (words) => (words[0] === "data" ? TIMEFRAMES : RANKED_TIMEFRAMES),
      venue: venues,
      coder: () => directoriesIn(CODERS),
      session: () => sessionsOf(directory),
      shell: () => ["bash", "zsh", "fish", "powershell"],
    };
  return async (name, words) => values[name]?.(words);
}

async function agentNames(): Promise<readonly string[]> {
  const { findPlugins } = await import("./plugins.ts");
  const { seatsOf } = await import("@alphaforge/desk/agents/agent");
  return seatsOf((await findPlugins("strategy")).map(({ strategy }) => strategy)).map(({ name }) => name);
}

/** Sessions of the repository that `directory` lies in: the branches alphaforge/<session>, as git keeps them in files. */
function sessionsOf(directory: string): readonly string[] {
  const git = join(directory, ".git");
  if (!existsSync(join(git, "HEAD"))) return dirname(directory) === directory ? [] : sessionsOf(dirname(directory));
  const packed = join(git, "packed-refs");
  const lines = existsSync(packed) ? readFileSync(packed, "utf8").split("\n") : [];
  const ofPacked = lines.flatMap((line) => /refs\/heads\/alphaforge\/([^/\s]+)$/.exec(line)?.[1] ?? []);
  return [...new Set([...namesIn(join(git, "refs/heads/alphaforge")), ...ofPacked])].sort();
}

const namesIn = (directory: string): readonly string[] => (existsSync(directory) ? readdirSync(directory).sort() : []);

function directoriesIn(directory: string): readonly string[] {
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}
