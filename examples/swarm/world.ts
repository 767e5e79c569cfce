import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, realpathSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { codersOf, MARKS } from "./coders.ts";

export const CODERS = 6;
export const SESSION = "swarm";
export const BRANCH = `refs/heads/alphaforge/${SESSION}`;
export const VERIFY = 'node --test --test-isolation=none "tests/**/*.test.ts"';

/** A directory of its own with everything that the story needs: a user with a home, a repository, scripts for coders. */
export interface World {
  readonly directory: string;
  readonly repository: string;
  /** $ALPHAFORGE_HOME. */
  readonly state: string;
  readonly spec: string;
  readonly marks: string;
  /** What the user's programs run with; nothing of yours but where programs and libraries are. */
  readonly environment: Readonly<Record<string, string>>;
  /** Runs git as the user and answers what it says, without the last line's end; throws when it fails. */
  git(...args: string[]): string;
}

const here = (name: string) => fileURLToPath(new URL(name, import.meta.url));

/** The user's settings of the forge: six coders, two tries each, a word from each at least every few seconds. */
const configOf = (scripts: string) => `concurrency: ${CODERS}
verify:
  - ${JSON.stringify(VERIFY)}
coder:
  preset: scripted
  options: {script: ${JSON.stringify(`${scripts}/{feature}.json`)}}
limits:
  attempts: 2
  minutes: 5
  idle_minutes: 0.1
`;

export function makeWorld(): World {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), "alphaforge-swarm-")));
  // Under root the database runs as an unprivileged user, who has to get through.
  chmodSync(directory, 0o711);
  const at = (name: string) => join(directory, name);
  for (const name of ["home", "scripts", "marks", "tmp", "state"]) mkdirSync(at(name));
  const environment = {
    // The Node that runs this is the one that "node" means to coders and verifications.
    PATH: [dirname(process.execPath), process.env.PATH ?? ""].join(delimiter),
    LANG: "C.UTF-8",
    HOME: at("home"),
    TMPDIR: at("tmp"),
    ALPHAFORGE_HOME: at("state"),
  };
  const repository = at("repository");
  const git = (...args: string[]) =>
    execFileSync("git", args, { cwd: repository, env: environment, encoding: "utf8", stdio: "pipe" }).trimEnd();
  for (const [feature, { script }] of codersOf(at("marks"))) {
    writeFileSync(join(at("scripts"), `${feature}.json`), JSON.stringify(script));
  }
  writeFileSync(join(at("home"), ".gitconfig"), "[user]\n\tname = Ada\n\temail = ada@example.org\n");
  cpSync(here("repository"), repository, { recursive: true });
  writeFileSync(join(repository, "alphaforge.yaml"), configOf(at("scripts")));
  git("init", "-q", "-b", "main");
  git("add", "-A");
  git("commit", "-q", "-m", "Text tools");
  leaveWorkOpen(repository, at("marks"), git);
  cpSync(here("swarm.xml"), at("swarm.xml"));
  return {
    ...{ directory, repository, environment, git },
    state: at("state"),
    spec: at("swarm.xml"),
    marks: at("marks"),
  };
}

/** The user is in the middle of something: staged, changed, untracked, stashed, and with a hook that lets nothing pass. */
function leaveWorkOpen(repository: string, marks: string, git: World["git"]): void {
  const write = (name: string, text: string) => writeFileSync(join(repository, name), text);
  write("README.md", "# Text tools, rewritten\n");
  git("stash", "push", "-q");
  write("src/plugin.ts", "// half a thought\n");
  git("add", "src/plugin.ts");
  write("package.json", '{ "name": "changed" }\n');
  write("notes.txt", "not tracked\n");
  for (const hook of ["pre-commit", "commit-msg", "post-commit", "pre-merge-commit", "post-checkout", "post-merge"]) {
    write(join(".git/hooks", hook), `#!/bin/sh\ntouch '${marks}/${MARKS.hookRan}'\nexit 1\n`);
    chmodSync(join(repository, ".git/hooks", hook), 0o755);
  }
}
