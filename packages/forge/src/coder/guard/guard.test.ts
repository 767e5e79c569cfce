import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { writeGuard } from "./write-guard.ts";

/** A workspace with a guard, asked as an agent asks: its settings' command, run by a shell, the call on standard input. */
async function guarded(globs: readonly string[], ignoresCase = false, existing?: string) {
  const root = mkdtempSync(join(tmpdir(), "alphaforge-guard-'it's "));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const workspace = existing ?? join(root, "workspace");
  mkdirSync(join(workspace, "src/auth"), { recursive: true });
  const settings = await writeGuard({ directory: join(root, "guard"), workspace, globs, rules: { ignoresCase } });
  const hook = JSON.parse(readFileSync(settings, "utf8")).hooks.PreToolUse[0];

  function ask(stdin: string | undefined, command: string = hook.hooks[0].command) {
    const child = spawn("/bin/sh", ["-c", command], { cwd: workspace, stdio: ["pipe", "ignore", "pipe"] });
    let reason = "";
    child.stderr.on("data", (chunk) => (reason += chunk));
    child.stdin.on("error", () => undefined); // the guard may end before it has read
    if (stdin !== undefined) child.stdin.end(stdin);
    return new Promise<{ status: number | null; reason: string }>((resolve) =>
      child.on("close", (status) => resolve({ status, reason: reason.trim() })),
    );
  }
  const write = (file_path: string, tool_name = "Write") =>
    ask(JSON.stringify({ hook_event_name: "PreToolUse", cwd: workspace, tool_name, tool_input: { file_path } }));
  return { root, workspace, hook, ask, write };
}

describe("the guard", () => {
  test("lets an agent write within its claim, by absolute and by relative path", async () => {
    const { workspace, write } = await guarded(["src/auth/**", "docs/[ab].md"]);
    for (const file of ["src/auth/new/.hidden", "docs/a.md", join(workspace, "src/auth/index.ts")]) {
      expect(await write(file)).toEqual({ status: 0, reason: "" });
    }
  });

  test("does not let it write elsewhere, and says where it may", async () => {
    const { write } = await guarded(["src/auth/**"]);
    expect(await write("src/other.ts")).toEqual({
      ...{ status: 2, reason: "src/other.ts is not yours to touch: write only within src/auth/**" },
    });
  });

  test("is not led out of the claim", async () => {
    const { root, workspace, write } = await guarded(["src/auth/**", "link/**"]);
    writeFileSync(join(root, "outside"), "");
    symlinkSync(root, join(workspace, "link"));
    symlinkSync("../../README.md", join(workspace, "src/auth/README.md"));
    const paths = ["src/auth/../../x", "../x", "/etc/passwd", "link/outside", "link/not/yet", "src/auth/README.md"];
    for (const path of [...paths, ".git/config", "src/auth/.GIT/hooks/pre-commit"]) {
      expect(await write(path), path).toMatchObject({ status: 2 });
    }
  });

  test("takes a workspace that is reached through a symlink for the same, whichever way a file is named", async () => {
    const root = mkdtempSync(join(tmpdir(), "alphaforge-guard-"));
    onTestFinished(() => rmSync(root, { recursive: true, force: true }));
    const real = join(root, "private/workspace");
    mkdirSync(real, { recursive: true });
    symlinkSync("private", join(root, "tmp"));
    const throughLink = join(root, "tmp/workspace");
    for (const workspace of [real, throughLink]) {
      const { ask } = await guarded(["src/**"], false, workspace);
      for (const file of [join(real, "src/a.ts"), join(throughLink, "src/a.ts"), "src/a.ts"]) {
        const call = { cwd: throughLink, tool_name: "Write", tool_input: { file_path: file } };
        expect(await ask(JSON.stringify(call)), file).toMatchObject({ status: 0 });
        const outside = { ...call, tool_input: { file_path: file.replace("src/", "lib/") } };
        expect(await ask(JSON.stringify(outside)), file).toMatchObject({ status: 2 });
      }
    }
  });

  test("compares names as the repository does: under its case rule, and composed", async () => {
    const strict = await guarded(["src/auth/é.ts"]);
    expect(await strict.write("src/auth/e\u0301.ts")).toMatchObject({ status: 0 });
    expect(await strict.write("SRC/auth/é.ts")).toMatchObject({ status: 2 });
    const loose = await guarded(["src/auth/é.ts"], true);
    expect(await loose.write("SRC/auth/É.ts")).toMatchObject({ status: 0 });
  });

  test("says no to whatever it does not understand", async () => {
    const { ask } = await guarded(["**"]);
    for (const question of ["", "no JSON", "null", "{}", '{"tool_input":{}}', '{"tool_input":{"file_path":7}}']) {
      expect(await ask(question), question).toMatchObject({ status: 2, reason: expect.stringMatching(/./) });
    }
  });

  test("says no when its claim is gone or broken", async () => {
    const { root, write } = await guarded(["**"]);
    writeFileSync(join(root, "guard/guard-claim.json"), "{");
    expect(await write("a")).toMatchObject({ status: 2 });
    rmSync(join(root, "guard/guard-claim.json"));
    expect(await write("a")).toMatchObject({ status: 2 });
  });

  test("says no when it cannot even start, or is killed", async () => {
    const { hook, ask } = await guarded(["**"]);
    const { command } = hook.hooks[0];
    expect(await ask("{}", command.replace(process.execPath, "/no/such/node"))).toMatchObject({ status: 2 });
    expect(await ask("{}", command.replace("guard.js", "gone.js"))).toMatchObject({ status: 2 });
    expect(await ask("{}", command.replace(/'.*'/, "sh -c 'kill -9 $$'"))).toMatchObject({ status: 2 });
  });

  test("says no when nobody tells it what is asked", async () => {
    const { ask } = await guarded(["**"]);
    expect(await ask(undefined)).toMatchObject({ status: 2, reason: "the guard got no question in time" });
  });

  test("is asked for each tool that names a file, and its files stand outside the workspace", async () => {
    const { hook, workspace } = await guarded(["**"]);
    for (const tool of ["Write", "Edit", "MultiEdit", "NotebookEdit"]) {
      expect(new RegExp(`^(?:${hook.matcher})$`).test(tool)).toBe(true);
    }
    expect(existsSync(join(workspace, ".claude"))).toBe(false);
  });
});
