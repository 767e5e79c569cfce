import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type ObjectRoom, openObjectRoom } from "./object-room.ts";
import { type RepositoryFacts, repositoryFacts } from "./repository-facts.ts";
import { type Git, openGit } from "./run-git.ts";

/** What a test puts at a path: text, bytes, a symlink, an executable, or null for nothing. */
export type Content = string | Buffer | { readonly link: string } | { readonly executable: string } | null;

export interface TempRepository {
  /** The user's checkout. */
  readonly directory: string;
  /** A directory for the forge's own state, beside it. */
  readonly state: string;
  /** Where the user's own git configuration lies. */
  readonly home: string;
  readonly git: Git;
  /** Runs git as the user would, in the checkout. */
  user(...args: string[]): string;
  write(files: Readonly<Record<string, Content>>): void;
  /** Writes files and commits everything, as the user. */
  commit(message: string, files?: Readonly<Record<string, Content>>): string;
  facts(): Promise<RepositoryFacts>;
  room(): Promise<ObjectRoom>;
  /** A commit on top of `base` that changes these files; made without touching the checkout. */
  proposal(base: string, files: Readonly<Record<string, Content>>): string;
  remove(): void;
}

export const author = { name: "Forge", email: "forge@example.org" };

export function writeFiles(root: string, files: Readonly<Record<string, Content>>): void {
  for (const [path, content] of Object.entries(files)) {
    const full = join(root, path);
    rmSync(full, { recursive: true, force: true });
    if (content === null) continue;
    mkdirSync(dirname(full), { recursive: true });
    if (typeof content === "string" || Buffer.isBuffer(content)) writeFileSync(full, content);
    else if ("link" in content) symlinkSync(content.link, full);
    else {
      writeFileSync(full, content.executable);
      chmodSync(full, 0o755);
    }
  }
}

/** A real repository in a temporary directory, on branch main with one commit (unless `empty`). `name`: of its directory. */
export function tempRepository(
  options: { empty?: boolean; name?: string; objectFormat?: string } = {},
): TempRepository {
  const { name = "user" } = options;
  const top = realpathSync(mkdtempSync(join(tmpdir(), name === "user" ? "forge-git-" : `forge ${name}-`)));
  const directory = join(top, name);
  const state = join(top, "state");
  const home = join(top, "home");
  for (const made of [directory, state, home]) mkdirSync(made);
  const path = process.env.PATH ?? "";
  const env = {
    PATH: path,
    HOME: home,
    LC_ALL: "C",
    GIT_AUTHOR_NAME: "User",
    GIT_AUTHOR_EMAIL: "user@example.org",
    GIT_COMMITTER_NAME: "User",
    GIT_COMMITTER_EMAIL: "user@example.org",
  };
  const run = (cwd: string, args: readonly string[], more: Record<string, string> = {}) =>
    execFileSync("git", args, {
      cwd,
      env: { ...env, ...more },
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    }).trimEnd();
  const user = (...args: string[]) => run(directory, args);
  const write = (files: Readonly<Record<string, Content>>) => writeFiles(directory, files);
  const commit = (message: string, files: Readonly<Record<string, Content>> = {}) => {
    write(files);
    user("add", "-A");
    user("commit", "-q", "--allow-empty", "-m", message);
    return user("rev-parse", "HEAD");
  };
  user("init", "-q", "-b", "main", `--object-format=${options.objectFormat ?? "sha1"}`);
  if (options.empty !== true) commit("first", { "README.md": "hello\n", "src/a.txt": "1\n2\n3\n4\n5\n" });
  const git = openGit({ directory, path, home });
  const facts = () => repositoryFacts(git);
  let proposals = 0;
  return {
    directory,
    state,
    home,
    git,
    user,
    write,
    commit,
    facts,
    room: async () => openObjectRoom(git, await facts(), join(state, "room.git")),
    proposal: (base, files) => {
      const work = join(top, `proposal-${++proposals}`);
      mkdirSync(work);
      writeFiles(work, files);
      const plumbing = {
        GIT_DIR: join(directory, ".git"),
        GIT_WORK_TREE: work,
        GIT_INDEX_FILE: join(top, `index-${proposals}`),
      };
      run(work, ["read-tree", base], plumbing);
      const paths = Object.keys(files);
      if (paths.length > 0) run(work, ["update-index", "--add", "--remove", "--", ...paths], plumbing);
      const sha = run(
        work,
        ["commit-tree", run(work, ["write-tree"], plumbing), "-p", base, "-m", "proposal"],
        plumbing,
      );
      rmSync(work, { recursive: true, force: true });
      return sha;
    },
    remove: () => rmSync(top, { recursive: true, force: true, maxRetries: 3 }),
  };
}
