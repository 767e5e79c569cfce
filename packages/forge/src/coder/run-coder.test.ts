import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import { endMarked } from "../processes/kept-process.ts";
import { eventually, processesWith, testAttempt } from "./attempt.fixture.ts";
import type { Coder, CoderEvent } from "./coder.ts";
import { parseClaudeLine } from "./streams/claude-stream.ts";

/** A number of seconds that no other process on this machine sleeps. */
let nextSleep = 100_000 + (process.pid % 10_000) * 1_000;
const uniqueSleep = () => `sleep ${nextSleep++}`;

/** A shell script that writes what claude would. */
const claudeBy = (file: string): Coder => ({
  ...{ name: "claude", passes: [], hasHooks: true, parse: parseClaudeLine },
  command: () => ({ program: "/bin/sh", args: [file], environment: {} }),
});

describe("an attempt", () => {
  test("runs in its workspace, with nothing on its standard input", async () => {
    const attempt = testAttempt();
    const result = await attempt.shell("pwd > where; cat > got");
    expect(result).toMatchObject({ end: { how: "exited", status: 0 }, isOk: true });
    expect(attempt.read("workspace/where").trim()).toBe(attempt.launch.workspace);
    expect(attempt.read("workspace/got")).toBe("");
  });

  test("tells why it failed: its status and the last line of its standard error", async () => {
    const result = await testAttempt().shell("echo one >&2; echo 'no such model' >&2; exit 3");
    expect(result).toMatchObject({
      ...{ isOk: false, end: { how: "exited", status: 3 }, reason: "it exited with 3: no such model" },
    });
    expect(result.stderr).toBe("one\nno such model\n");
  });

  test("has nothing on its standard error that the keeper's own shell says, however often it is tried", async () => {
    for (let time = 0; time < 10; time += 1) {
      expect((await testAttempt().shell("echo mine >&2; exit 3")).stderr).toBe("mine\n");
    }
  });

  test("that dies by a signal has a shell's status", async () => {
    const result = await testAttempt().shell("kill -SEGV $$");
    expect(result.end).toEqual({ how: "exited", status: 139 });
  });

  test("whose program does not exist is refused by name, with the remedy", async () => {
    const result = await testAttempt().run("claude", { executable: "no-such-claude" });
    expect(result.end).toEqual({ how: "not-started" });
    expect(result.reason).toBe(
      'coder "claude" needs the program "no-such-claude", which is not in PATH: install it or set its option "executable"',
    );
  });

  test("whose prompt is too long for an argument is refused in words", async () => {
    const attempt = testAttempt("x".repeat(200_000));
    const result = await attempt.run("command", { run: ["echo", "{prompt}"] });
    expect(result.end.how).toBe("not-started");
    expect(result.reason).toMatch(/an argument of 200000 bytes/);
    const whole = await attempt.run("command", { run: ["wc", "-c"], stdin: true });
    expect(whole.isOk).toBe(true);
  });

  test("can be sent SIGINT by its own tests: nothing has made it ignore it", async () => {
    const result = await testAttempt().shell("sh -c 'kill -INT $$; exit 5'; test $? = 130");
    expect(result.isOk).toBe(true);
  });
});

describe("the environment of an attempt", () => {
  const caller = {
    ...process.env,
    ANTHROPIC_API_KEY: "planted-1",
    AWS_SECRET_ACCESS_KEY: "planted-2",
    DATABASE_URL: "planted-3",
    ALPHAFORGE_ALPACA_KEY: "planted-4",
    LD_PRELOAD_NOT: "planted-5",
    HTTPS_PROXY: "let-through",
  };

  test("holds none of the caller's secrets, in no process of its own", async () => {
    const attempt = testAttempt();
    // Not only its own: whatever it can see of the processes that keep it, too.
    await attempt.shell("env > env; cat /proc/$PPID/environ > parent", { caller });
    expect(attempt.read("workspace/env")).not.toMatch(/planted/);
    expect(attempt.read("workspace/parent")).not.toMatch(/planted/);
    const names = attempt
      .read("workspace/env")
      .trimEnd()
      .split("\n")
      .map((line) => line.split("=")[0]);
    const shells = ["PWD", "OLDPWD", "SHLVL", "_"];
    expect(names.filter((name) => !shells.includes(name ?? "")).sort()).toEqual(
      ["ALPHAFORGE_MARK", "HOME", "LANG", "PATH", "TMPDIR"].sort(),
    );
  });

  test("has a home and a temporary directory of its own", async () => {
    const attempt = testAttempt();
    await attempt.shell('echo "$HOME $TMPDIR" > env; touch "$TMPDIR/x" "$HOME/x"', { caller });
    expect(attempt.read("workspace/env").trim()).toBe(`${join(attempt.root, "home")} ${join(attempt.root, "tmp")}`);
    expect(existsSync(join(attempt.root, "home/x"))).toBe(true);
  });

  test("has what its coder and the user name", async () => {
    const attempt = testAttempt();
    const run = ["sh", "-c", "env > env"];
    await attempt.run("command", { run, passes: ["ANTHROPIC_API_KEY"] }, { caller, passes: ["HTTPS_PROXY"] });
    expect(attempt.read("workspace/env")).toMatch(/^ANTHROPIC_API_KEY=planted-1$/m);
    expect(attempt.read("workspace/env")).toMatch(/^HTTPS_PROXY=let-through$/m);
    expect(attempt.read("workspace/env")).not.toMatch(/planted-[2345]/);
  });
});

describe("nothing of an attempt outlives it", () => {
  test("not what it leaves in the background when it ends well", async () => {
    const left = uniqueSleep();
    const result = await testAttempt().shell(`${left} & exit 0`);
    expect(result.isOk).toBe(true);
    expect(processesWith(left)).toEqual([]);
  });

  test("not a grandchild that ignores SIGTERM, after the time limit", async () => {
    const left = uniqueSleep();
    const stubborn = `trap '' TERM; sh -c "trap '' TERM; ${left}" & sh -c "trap '' TERM; ${left}; ${left}"`;
    const result = await testAttempt().shell(stubborn, { limits: { wallMs: 300 } });
    expect(result).toMatchObject({ end: { how: "limit", limit: "wallMs" }, reason: "it took longer than 0.3 s" });
    expect(processesWith(left)).toEqual([]);
    expect(result.endedAt - result.startedAt).toBeGreaterThanOrEqual(2_000);
  });

  test("not what has made a session of its own", async () => {
    const left = uniqueSleep();
    const session = `setsid sh -c 'cut -d" " -f6 /proc/$$/stat > session; exec ${left}' >/dev/null 2>&1 &`;
    const attempt = testAttempt();
    await attempt.shell(`${session} until [ -s session ]; do sleep 0.01; done; cut -d" " -f6 /proc/$$/stat > mine`);
    expect(attempt.read("workspace/session")).not.toBe(attempt.read("workspace/mine"));
    expect(processesWith(left)).toEqual([]);
  });

  test("not what is in the middle of exec as it ends", async () => {
    for (let round = 0; round < 10; round++) {
      const left = uniqueSleep();
      const session = `setsid sh -c 'echo > ready; exec ${left}' >/dev/null 2>&1 &`;
      await testAttempt().shell(`${session} until [ -e ready ]; do :; done`);
      expect(processesWith(left)).toEqual([]);
    }
  });

  test("not what has cleared its environment", async () => {
    const left = uniqueSleep();
    const attempt = testAttempt();
    await attempt.shell(`env -i /bin/sh -c 'echo > ready; exec ${left}' & until [ -e ready ]; do sleep 0.01; done`);
    expect(attempt.read("workspace/ready")).toBe("\n");
    expect(processesWith(left)).toEqual([]);
  });

  test("not when it kills what keeps it", async () => {
    const left = uniqueSleep();
    // Its parent and the watcher beside it, which is every other shell of its group.
    const result = await testAttempt().shell(
      `setsid ${left} & for p in /proc/[0-9]*; do grep -qsa alphaforge-keeper $p/cmdline && [ "$(cut -d' ' -f5 $p/stat)" = "$(cut -d' ' -f5 /proc/$$/stat)" ] && kill -9 \${p#/proc/}; done; ${left}`,
    );
    expect(result).toMatchObject({ end: { how: "lost" }, isOk: false, reason: "its keeper was killed" });
    expect(processesWith(left)).toEqual([]);
  });

  test("not when the forge is killed: everything ends by itself", async () => {
    const attempt = testAttempt();
    const left = uniqueSleep();
    const script = attempt.file("script.json", JSON.stringify({ steps: [{ shell: `setsid ${left} & ${left}` }] }));
    const forge = spawn(
      process.execPath,
      [fileURLToPath(new URL("./forge-process.fixture.ts", import.meta.url)), attempt.root, attempt.id, script],
      { stdio: "inherit" },
    );
    await eventually(() => processesWith(left).length >= 2, "the coder runs");
    forge.kill("SIGKILL");
    await eventually(() => processesWith(left).length === 0, "the coder's processes are gone");
    await eventually(() => processesWith(attempt.root).length === 0, "its keeper is gone");
  });

  test("and what a crash has left is found by its mark alone", async () => {
    const mine = uniqueSleep();
    const others = uniqueSleep();
    const attempt = testAttempt();
    const start = (mark: string, command: string) => {
      const env = { ALPHAFORGE_MARK: `${mark};`, PATH: process.env.PATH };
      const child = spawn("/bin/sh", ["-c", `exec ${command}`], { detached: true, env });
      onTestFinished(() => void child.kill("SIGKILL"));
    };
    start(attempt.id, mine);
    start(`${attempt.id}0`, others);
    await eventually(() => processesWith(mine).length === 1 && processesWith(others).length === 1, "both run");
    expect(await endMarked(attempt.id)).toBe(true);
    expect(processesWith(mine)).toEqual([]);
    expect(processesWith(others)).toHaveLength(1);
  });
});

describe("limits", () => {
  test("idle time counts from the last byte", async () => {
    const result = await testAttempt().shell("for i in 1 2 3 4 5 6; do echo $i; sleep 0.2; done; sleep 60", {
      limits: { idleMs: 1_000 },
    });
    expect(result).toMatchObject({ end: { how: "limit", limit: "idleMs" }, reason: "it wrote nothing for 1 s" });
    expect(result.endedAt - result.startedAt).toBeGreaterThanOrEqual(2_000);
  });

  test("output bytes end a program that writes for ever", async () => {
    const result = await testAttempt().shell("yes", { limits: { outputBytes: 1_000_000 } });
    expect(result.end).toEqual({ how: "limit", limit: "outputBytes", allowed: 1_000_000 });
  });

  test("tokens are added up message by message, and each block of a message counts once", async () => {
    const attempt = testAttempt();
    const line = (id: string) =>
      `echo '${JSON.stringify({ type: "assistant", message: { id, content: [], usage: { input_tokens: 40, cache_read_input_tokens: 10 } } })}'`;
    const fake = attempt.file("fake.sh", [line("a"), line("a"), line("b"), "sleep 0.5", "exit 0"].join("\n"));
    const run = (tokens: number) => attempt.run("claude", {}, { limits: { tokens }, coder: claudeBy(fake) });
    const under = await run(100);
    expect(under).toMatchObject({ isOk: true, usage: { input: 80, cacheRead: 20 } });
    const over = await run(99);
    expect(over.end).toEqual({ how: "limit", limit: "tokens", allowed: 99 });
  });

  test("cost comes from the stream, else from a price", async () => {
    const attempt = testAttempt();
    const init = JSON.stringify({ type: "system", subtype: "init", model: "m-1" });
    const used = JSON.stringify({
      type: "assistant",
      message: { id: "a", content: [], usage: { input_tokens: 1000 } },
    });
    const fake = attempt.file("fake.sh", `echo '${init}'\necho '${used}'\nsleep 30\n`);
    const result = await attempt.run(
      "claude",
      {},
      {
        coder: claudeBy(fake),
        limits: { costUsd: 0.5 },
        costOf: (model, { input }) => (model === "m-1" ? input / 1000 : undefined),
      },
    );
    expect(result).toMatchObject({
      end: { how: "limit", limit: "costUsd" },
      costUsd: 1,
      reason: "it cost more than $0.5",
    });
  });

  test("an abort ends it, before it starts and while it runs", async () => {
    const left = uniqueSleep();
    const controller = new AbortController();
    const attempt = testAttempt();
    const running = attempt.shell(left, { signal: controller.signal });
    await eventually(() => processesWith(left).length > 0, "it runs");
    controller.abort();
    expect((await running).end).toEqual({ how: "aborted" });
    expect(processesWith(left)).toEqual([]);
    expect((await attempt.shell("touch started", { signal: controller.signal })).end).toEqual({ how: "aborted" });
    expect(existsSync(join(attempt.launch.workspace, "started"))).toBe(false);
  });
});

describe("the stream", () => {
  test("is given line by line; a line above 1 MB comes in pieces and is raw", async () => {
    const events: CoderEvent[] = [];
    const lines: { length: number; begins: boolean; ends: boolean }[] = [];
    await testAttempt().shell("head -c 2500000 /dev/zero | tr '\\0' x; echo; echo short", {
      onEvent: (event) => events.push(event),
      onLine: ({ bytes, begins, ends }) => lines.push({ length: bytes.length, begins, ends }),
    });
    expect(lines).toEqual([
      { length: 1048576, begins: true, ends: false },
      { length: 1048576, begins: false, ends: false },
      { length: 402848, begins: false, ends: true },
      { length: 5, begins: true, ends: true },
    ]);
    expect(events).toEqual(Array(4).fill({ kind: "raw" }));
  });

  test("of a program that ends without a line end is whole", async () => {
    const lines: string[] = [];
    await testAttempt().shell("printf 'one\\n\\ntwo'", { onLine: ({ bytes }) => lines.push(bytes.toString()) });
    expect(lines).toEqual(["one", "two"]);
  });
});
