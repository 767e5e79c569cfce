import { execFile } from "node:child_process";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { SOAK } from "@alphaforge/core/testing/soak";
import { tellCounts } from "@alphaforge/core/testing/tell-counts";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type TempRepository, tempRepository, writeFiles } from "../git/temp-repository.fixture.ts";
import { finalize } from "../landing/finalize.ts";
import { LandingQueue } from "../landing/landing-queue.ts";
import { branch, landingWorld, readingVerifier } from "../landing/landing-world.fixture.ts";
import { MemoryLandingLedger } from "../landing/memory-landing-ledger.ts";
import { retireWorkspace } from "./retire-workspace.ts";
import type { WorkspaceContext } from "./workspace.ts";
import { ready, workspaceContext } from "./workspace-world.fixture.ts";

const run = promisify(execFile);
const ROUNDS = SOAK ? 20 : 2;

let repository: TempRepository;
let context: WorkspaceContext;
let base: string;
beforeEach(async () => {
  repository = tempRepository();
  base = repository.user("rev-parse", "HEAD");
  context = await workspaceContext(repository.git, repository.state);
});
afterEach(() => repository.remove());

const keptRefs = () =>
  repository.user("for-each-ref", "--format=%(refname)", "refs/alphaforge").split("\n").filter(Boolean);

/** Two branches that conflict in one file; the user stands on `side`. */
function conflictingBranches(): void {
  repository.user("checkout", "-q", "-b", "side");
  repository.commit("side", { "src/a.txt": "side\n" });
  repository.user("checkout", "-q", "main");
  repository.commit("main", { "src/a.txt": "main\n" });
  repository.user("checkout", "-q", "side");
}

/** Every file of the user's git directory but objects, reflogs and what belongs to the forge. */
function gitFiles(): Record<string, string> {
  const root = join(repository.directory, ".git");
  const names = readdirSync(root, { recursive: true, encoding: "utf8" }).filter(
    (name) => statSync(join(root, name)).isFile() && !/^(objects|logs)\/|alphaforge/.test(name),
  );
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(root, name), "latin1")]));
}

describe("what the user has under way", () => {
  test.each<[string, () => void, () => void]>([
    ["rebase", () => repository.user("rebase", "main"), () => repository.user("rebase", "--abort")],
    ["merge", () => repository.user("merge", "main"), () => repository.user("merge", "--abort")],
    ["cherry-pick", () => repository.user("cherry-pick", "main"), () => repository.user("cherry-pick", "--abort")],
    ["revert", () => repository.user("revert", "--no-edit", "main"), () => repository.user("revert", "--abort")],
    ["bisect", () => repository.user("bisect", "start", "HEAD", base), () => repository.user("bisect", "reset")],
  ])("a %s stays as it is through workspace, landing and finalize, and can be ended", async (kind, start, end) => {
    conflictingBranches();
    if (kind === "bisect") start();
    else expect(start).toThrow();
    expect((await repository.facts()).underWay).toBe(kind);
    const world = await landingWorld({ ...repository, user: repository.user });
    const before = { files: gitFiles(), status: repository.user("status") };
    const from = world.base;
    const workspace = await ready(context, "t", from);
    writeFiles(workspace.directory, { "t.txt": "t" });
    const kept = await retireWorkspace(context, workspace);
    if (kept.kind !== "kept") throw new Error(kept.kind);
    const { verify } = readingVerifier(world.room, () => false);
    const options = await world.options(new MemoryLandingLedger(() => 1), verify);
    const candidate = { task: "t", attempt: 1, token: 1, base: from, tree: kept.tree, claim: ["**"] };
    const work = { ...candidate, subject: "t", body: "", doneAt: 0 };
    expect(await new LandingQueue(options).submit(work)).toMatchObject({ kind: "landed" });
    const finalized = await finalize({
      isVerified: () => true,
      ...options,
      session: branch.replace("refs/heads/", ""),
      target: "side",
    });
    expect(finalized).toMatchObject({ kind: "in-use", directory: repository.directory });
    expect({ files: gitFiles(), status: repository.user("status") }).toEqual(before);
    end();
    expect(repository.user("symbolic-ref", "HEAD")).toBe("refs/heads/side");
    expect(repository.user("fsck", "--connectivity-only", "--no-dangling")).toBe("");
  });
});

describe("the user's gc", () => {
  test("takes nothing from a workspace: not the branch that it started from, not earlier work merged onto it", async () => {
    const tip = repository.proposal(base, { "landed.txt": "landed\n" });
    const tree = repository.user("rev-parse", `${repository.proposal(base, { "earlier.txt": "earlier\n" })}^{tree}`);
    repository.user("update-ref", branch, tip);
    const workspace = await ready(context, "t", tip, { attempt: 2, resume: { base, tree } });
    repository.user("update-ref", "-d", branch);
    repository.user("reflog", "expire", "--expire=now", "--all");
    repository.user("gc", "-q", "--prune=now");
    writeFiles(workspace.directory, { "mine.txt": "mine" });
    const clone = (...args: string[]) => repository.user("-C", workspace.directory, ...args);
    expect(clone("fsck", "--connectivity-only", "--no-dangling")).toBe("");
    clone("add", "-A");
    clone("commit", "-qm", "mine");
    writeFiles(workspace.directory, { "uncommitted.txt": "u" });
    const kept = await retireWorkspace(context, workspace);
    if (kept.kind !== "kept") throw new Error(kept.kind);
    expect(kept.withoutHistory).toBeUndefined();
    expect(repository.user("ls-tree", "-r", "--name-only", kept.ref).split("\n")).toEqual(
      ["README.md", "earlier.txt", "landed.txt", "mine.txt", "src/a.txt", "uncommitted.txt"].sort(),
    );
    expect(keptRefs()).toEqual([kept.ref]);
    expect(repository.user("fsck", "--full", "--no-dangling")).toBe("");
  });
});

describe.each([
  { gc: ["gc", "-q"], name: "gc" },
  { gc: ["gc", "-q", "--prune=now"], name: "gc --prune=now" },
])("beside the user's open rebase and their $name, again and again", ({ gc, name }) => {
  test(`20 coders start at once, ${ROUNDS} times: every workspace works, everything is kept, nothing is left over`, {
    timeout: 1_800_000,
  }, async () => {
    const earlier = repository.user("rev-parse", `${repository.proposal(base, { "earlier.txt": "e" })}^{tree}`);
    repository.user("update-ref", "refs/alphaforge/keep/earlier/1", repository.proposal(base, { "earlier.txt": "e" }));
    repository.user("update-ref", branch, repository.proposal(base, { "landed.txt": "l" }));
    const tip = repository.user("rev-parse", branch);
    conflictingBranches();
    expect(() => repository.user("rebase", "main")).toThrow();
    const branches = repository.user("for-each-ref", "refs/heads");
    const status = repository.user("status");
    const refused: string[] = [];
    for (let round = 1; round <= ROUNDS; round++) {
      let isOver = false;
      const collecting = (async () => {
        let times = 0;
        for (; !isOver || times === 0; times++) await run("git", gc, { cwd: repository.directory });
        return times;
      })();
      const coder = async (number: number) => {
        const id = `r${round}-${number}`;
        const resume = number % 2 === 0 ? { attempt: 2, resume: { base, tree: earlier } } : {};
        const workspace = await ready(context, id, tip, resume);
        // What a coder does. Not fsck: it calls packs that a gc puts together meanwhile missing, in any repository.
        const script = "echo w > work.txt; git add -A; git commit -qm work; echo d > dirty.txt; git log -p; git status";
        await run("/bin/sh", ["-ec", script], { cwd: workspace.directory });
        const kept = await retireWorkspace(context, workspace);
        if (kept.kind !== "kept" || kept.withoutHistory !== undefined) throw new Error(JSON.stringify(kept));
        return kept.ref;
      };
      const coders = await Promise.allSettled(Array.from({ length: 20 }, (_, number) => coder(number)));
      isOver = true;
      expect(await collecting).toBeGreaterThan(0);
      for (const result of coders) if (result.status === "rejected") refused.push(String(result.reason));
      expect(refused).toEqual([]);
      for (const [number, result] of coders.entries()) {
        if (result.status === "rejected") continue;
        const files = ["README.md", "dirty.txt", "landed.txt", "src", "work.txt"];
        if (number % 2 === 0) files.push("earlier.txt");
        expect(repository.user("ls-tree", "--name-only", result.value).split("\n")).toEqual(files.sort());
      }
      expect(keptRefs()).toHaveLength(1 + 20 * round);
      expect(readdirSync(context.root)).toEqual([]);
      expect(readdirSync(context.portLeases)).toEqual([]);
      expect([repository.user("for-each-ref", "refs/heads"), repository.user("status")]).toEqual([branches, status]);
    }
    writeFiles(repository.directory, { "src/a.txt": "both\n" });
    repository.user("add", "-A");
    repository.user("-c", "core.editor=true", "rebase", "--continue");
    expect(repository.user("symbolic-ref", "HEAD")).toBe("refs/heads/side");
    expect(repository.user("fsck", "--full", "--no-dangling")).toBe("");
    tellCounts(`workspaces beside ${name}`, `${ROUNDS * 20} coders in ${ROUNDS} rounds, everything kept`);
  });
});
