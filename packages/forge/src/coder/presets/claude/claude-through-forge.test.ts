import { spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { systemClock } from "@alphaforge/core/clock";
import { startFakeAnthropic } from "@alphaforge/core/llm/testing/fake-anthropic";
import type { FakeAnswer, FakeReply, FakeRequest } from "@alphaforge/core/llm/testing/fake-endpoint";
import { PostgresEventLog } from "@alphaforge/core/log/postgres-event-log";
import { openStore } from "@alphaforge/core/store/open-store";
import { expect, onTestFinished, test } from "vitest";
import { type TempRepository, tempRepository } from "../../../git/temp-repository.fixture.ts";
import { readTrajectory } from "../../../recording/read-trajectory.ts";
import { forgeLog } from "../../../sessions/forge-log.ts";
import { processesWith } from "../../attempt.fixture.ts";
import { claudeTitle, installedClaude, WANTS_CLAUDE } from "./installed-claude.fixture.ts";

const BIN = fileURLToPath(new URL("../../../../../../apps/cli/bin/alphaforge.js", import.meta.url));
const GREETING = "export const greeting = 'hé 🎉';\n";
const SPEC = `<spec>
  <feature index="7" shape="plugin" plugin="greeting">
    <description>Add a greeting, größer</description>
    <verify>grep -q 🎉 src/plugins/greeting/index.ts</verify>
  </feature>
</spec>
`;

/** One attempt, the guard's complaint included: the model's part of the conversation. Paths are known once it is asked. */
function answersIn(workspace: string): readonly FakeReply[] {
  const call = (name: string, input: unknown): FakeReply => ({ calls: [{ name, input }] });
  return [
    call("Write", { file_path: join(workspace, "src/plugins/greeting/index.ts"), content: GREETING }),
    call("Write", { file_path: join(workspace, "README.md"), content: "not mine\n" }),
    call("Bash", { command: "git add -A && git commit -qm Greet; env | cut -d= -f1 | sort; (sleep 434343 &)" }),
    { text: "The greeting is there.", usage: { input: 20, output: 7 } },
  ];
}

test.skipIf(!WANTS_CLAUDE)(
  claudeTitle("claude goes through forge run: it writes in a workspace, is recorded, verified, landed and exported"),
  async () => {
    const executable = installedClaude();
    const repository = tempRepository();
    onTestFinished(() => removeWhenEnded(repository));
    let turn = 0;
    const answer = ({ body }: FakeRequest): FakeAnswer => {
      // Its side questions, such as for a title, carry no tools.
      if (!Array.isArray(body?.tools) || body.tools.length === 0) return { text: "ok" };
      const [workspace = ""] = /\/[\w./-]+\/workspaces\/\w+\/clone/.exec(JSON.stringify(body)) ?? [];
      return { id: `turn${turn}`, ...(answersIn(workspace)[turn++] ?? { text: "done" }) };
    };
    const api = await startFakeAnthropic({ answer });
    onTestFinished(() => api.close());
    const base = repository.commit("forge", {
      "alphaforge.yaml": `coder:
  preset: claude
  options: {executable: ${JSON.stringify(executable)}}
verify: ["test -f README.md"]
limits: {attempts: 1, minutes: 3}
training_traces: {enabled: true, acknowledged_terms: true}
`,
    });
    const spec = join(repository.state, "greetings.xml");
    writeFileSync(spec, SPEC);

    const run = await alphaforge(repository, ["forge", "run", spec], {
      ...{ ANTHROPIC_API_KEY: "sk-ant-test", ANTHROPIC_BASE_URL: api.url, AWS_SECRET_ACCESS_KEY: "planted" },
    });
    expect(run, run.said).toMatchObject({ code: 0 });
    expect(run.said).toContain("greetings: 1 of 1 landed on alphaforge/greetings");
    expect(run.said).toContain("claude, up to 4 at a time, recorded");

    const branch = "alphaforge/greetings";
    expect(repository.user("show", `${branch}:src/plugins/greeting/index.ts`)).toBe(GREETING.trimEnd());
    expect(repository.user("diff", "--name-only", base, branch)).toBe("src/plugins/greeting/index.ts");
    expect(repository.user("rev-parse", "main")).toBe(base);
    expect(repository.user("status", "--porcelain")).toBe("");
    expect(processesWith("sleep 434343")).toEqual([]);
    // The prompt reached the model, whole.
    expect(JSON.stringify(api.requests.map(({ body }) => body))).toContain("Add a greeting, größer");

    await withLog(repository, async (log) => {
      const types: string[] = [];
      for await (const { type } of forgeLog(log, systemClock).read({ stream: "tasks/greetings.7" })) types.push(type);
      expect(types).toEqual([
        ...["task.added", "claim.asked", "attempt.started", "workspace.opened", "attempt.coded", "attempt.kept"],
        ...["landing.queued", "task.landed"],
      ]);
      const recorded = await readTrajectory(log, { taskId: "greetings.7", attempt: 1 });
      expect(recorded).toMatchObject({ agent: "claude", prompt: expect.stringContaining("größer") });
      expect(recorded?.model).toMatch(/^claude/);
      const said = JSON.stringify(recorded?.messages.map(({ payload }) => payload));
      expect(said).toContain("README.md is not yours to touch");
      expect(said).toContain("The greeting is there.");
      expect(said).toContain("ANTHROPIC_API_KEY");
      expect(said).not.toContain("AWS_SECRET_ACCESS_KEY");
      expect(said).not.toContain("sk-ant-test");
    });

    const out = join(repository.state, "corpus.jsonl");
    const exported = await alphaforge(repository, [
      ...["traces", "export", "--outcome", "landed", "--include-diff", "--out", out],
    ]);
    expect(exported, exported.said).toMatchObject({ code: 0 });
    const records = readFileSync(out, "utf8").trimEnd().split("\n");
    expect(records).toHaveLength(1);
    const { final_diff: diff, messages } = JSON.parse(records[0] ?? "");
    expect(diff).toContain(`+${GREETING.trimEnd()}`);
    const calls = messages.flatMap((message: { tool_calls?: { function: { name: string } }[] }) =>
      (message.tool_calls ?? []).map((call) => call.function.name),
    );
    expect(calls).toEqual(["Write", "Write", "Bash"]);
  },
  300_000,
);

function alphaforge(
  { directory, state }: TempRepository,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
) {
  return new Promise<{ code: number | null; said: string }>((resolve, reject) => {
    const child = spawn(process.execPath, [BIN, ...args], {
      cwd: directory,
      env: { PATH: process.env.PATH, HOME: process.env.HOME, ALPHAFORGE_HOME: state, ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    onTestFinished(() => void child.kill("SIGINT"));
    let said = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text: string) => {
        said += text;
      });
    }
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, said }));
  });
}

/** Where the forge of a repository that is the only one of its home keeps its database. */
const stateDirectory = ({ state }: TempRepository): string => {
  const [id = ""] = readdirSync(join(state, "forge")).filter((name) => name !== "ports");
  return join(state, "forge", id);
};

async function withLog(repository: TempRepository, work: (log: PostgresEventLog) => Promise<void>): Promise<void> {
  const store = await openStore({ stateDir: stateDirectory(repository), applicationName: "a test" });
  try {
    await work(new PostgresEventLog({ pool: store.pool, connect: () => store.connect(), clock: systemClock }));
  } finally {
    await store.close();
  }
}

async function removeWhenEnded(repository: TempRepository): Promise<void> {
  const isUp = () =>
    existsSync(join(repository.state, "forge")) &&
    existsSync(join(stateDirectory(repository), "postgres/data/postmaster.pid"));
  for (let waited = 0; isUp() && waited < 10_000; waited += 50) await sleep(50);
  repository.remove();
}
