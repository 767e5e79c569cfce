import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A command that would prepare a workspace or verify a tree, and the file that says so. */
export interface DetectedCommand {
  readonly kind: "setup" | "verify";
  readonly command: string;
  readonly because: string;
}

/** What the files in a repository's root suggest. A guess to be confirmed: nothing of it is run or written unasked. */
export function detectCommands(root: string): readonly DetectedCommand[] {
  const read = (name: string): string | undefined => {
    const file = join(root, name);
    return existsSync(file) ? readFileSync(file, "utf8") : undefined;
  };
  return [...nodeCommands(read), ...pythonCommands(read), ...cargoAndGo(read), ...makeCommands(read)];
}

type Read = (name: string) => string | undefined;

function nodeCommands(read: Read): readonly DetectedCommand[] {
  const manifest = read("package.json");
  if (manifest === undefined) return [];
  const isPnpm = read("pnpm-lock.yaml") !== undefined;
  const program = isPnpm ? "pnpm" : "npm";
  const install: readonly DetectedCommand[] = isPnpm
    ? [{ kind: "setup", command: "pnpm install --frozen-lockfile", because: "pnpm-lock.yaml" }]
    : read("package-lock.json") === undefined
      ? []
      : [{ kind: "setup", command: "npm ci", because: "package-lock.json" }];
  return hasTestScript(manifest)
    ? [...install, { kind: "verify", command: `${program} test`, because: "package.json" }]
    : install;
}

/** The one that `npm init` writes fails always. A manifest that cannot be read has none. */
function hasTestScript(manifest: string): boolean {
  try {
    const { scripts } = JSON.parse(manifest) as { scripts?: { test?: unknown } };
    return typeof scripts?.test === "string" && !scripts.test.includes("no test specified");
  } catch {
    return false;
  }
}

function pythonCommands(read: Read): readonly DetectedCommand[] {
  const project = read("pyproject.toml");
  if (project === undefined) return [];
  const [setup, runner, because] =
    read("uv.lock") !== undefined
      ? ["uv sync --frozen", "uv run pytest", "uv.lock"]
      : read("poetry.lock") !== undefined
        ? ["poetry install", "poetry run pytest", "poetry.lock"]
        : ["python3 -m venv .venv && .venv/bin/pip install -e .", ".venv/bin/python -m pytest", "pyproject.toml"];
  const test: readonly DetectedCommand[] = /\bpytest\b/.test(project)
    ? [{ kind: "verify", command: runner, because: "pytest in pyproject.toml" }]
    : [];
  return [{ kind: "setup", command: setup, because }, ...test];
}

function cargoAndGo(read: Read): readonly DetectedCommand[] {
  const found: DetectedCommand[] = [];
  if (read("Cargo.toml") !== undefined) found.push({ kind: "verify", command: "cargo test", because: "Cargo.toml" });
  if (read("go.mod") !== undefined) found.push({ kind: "verify", command: "go test ./...", because: "go.mod" });
  return found;
}

function makeCommands(read: Read): readonly DetectedCommand[] {
  const makefile = read("Makefile") ?? "";
  return /^test\s*:(?!=)/m.test(makefile) ? [{ kind: "verify", command: "make test", because: "Makefile" }] : [];
}
