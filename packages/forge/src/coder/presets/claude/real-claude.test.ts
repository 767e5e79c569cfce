import { existsSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "@alphaforge/core/clock";
import { startFakeAnthropic } from "@alphaforge/core/llm/testing/fake-anthropic";
import type { FakeAnswer, FakeReply, FakeRequest } from "@alphaforge/core/llm/testing/fake-endpoint";
import { MemoryEventLog } from "@alphaforge/core/log/memory-event-log";
import { expect, onTestFinished, test } from "vitest";
import { attemptRecorder } from "../../../recording/attempt-recorder.ts";
import { readTrajectory } from "../../../recording/read-trajectory.ts";
import { processesWith, testAttempt } from "../../attempt.fixture.ts";
import { writeGuard } from "../../guard/write-guard.ts";
import { claudeTitle, installedClaude, WANTS_CLAUDE } from "./installed-claude.fixture.ts";

// The program itself, against a fake of its API on loopback.

test.skipIf(!WANTS_CLAUDE)(
  claudeTitle("claude writes files by its own tools, is held back by its guard, and is recorded"),
  async () => {
    const executable = installedClaude();
    const prompt = "# Feature 7\n\n> Add a greeting, größer\n";
    const attempt = testAttempt(prompt);
    const { workspace } = attempt.launch;
    const call = (name: string, input: unknown): FakeReply => ({ calls: [{ name, input }] });
    const answers: FakeReply[] = [
      call("Write", { file_path: join(workspace, "src/greeting.ts"), content: "export const greeting = 'hé 🎉';\n" }),
      call("Write", { file_path: join(workspace, "elsewhere.ts"), content: "not mine\n" }),
      call("Bash", { command: "cat src/greeting.ts; env | cut -d= -f1 | sort; (sleep 424242 &)" }),
      { text: "The greeting is there.", usage: { input: 20, output: 7 } },
    ];
    // Its side questions, such as for a title, carry no tools and get a word; the conversation moves on by itself.
    let turn = 0;
    const answer = ({ body }: FakeRequest): FakeAnswer => {
      if (!Array.isArray(body?.tools) || body.tools.length === 0) return { text: "ok" };
      return { id: `turn${turn}`, ...(answers[turn++] ?? { text: "done" }) };
    };
    const api = await startFakeAnthropic({ answer });
    onTestFinished(() => api.close());

    const guardSettings = await writeGuard({
      ...{ directory: join(attempt.root, "guard"), workspace, globs: ["src/**"], rules: { ignoresCase: false } },
    });
    const log = new MemoryEventLog();
    const of = { taskId: "7", attempt: 1 };
    const recorder = attemptRecorder({ log, clock: systemClock, ...of, agent: "claude" });
    recorder.prompt(prompt);
    const result = await attempt.run(
      "claude",
      { executable },
      {
        launch: { ...attempt.launch, baseUrl: api.url, guardSettings },
        caller: { PATH: process.env.PATH, ANTHROPIC_API_KEY: "sk-ant-test", AWS_SECRET_ACCESS_KEY: "planted" },
        limits: { wallMs: 90_000, idleMs: 60_000 },
        onLine: recorder.line,
      },
    );
    await recorder.close(result, 10_000);

    expect(result).toMatchObject({
      isOk: true,
      end: { how: "exited", status: 0 },
      lastWords: "The greeting is there.",
    });
    expect(attempt.read("workspace/src/greeting.ts")).toBe("export const greeting = 'hé 🎉';\n");
    expect(existsSync(join(workspace, "elsewhere.ts"))).toBe(false);
    expect(result.usage.output).toBeGreaterThan(0);
    expect(result.tools).toContain("Write");
    expect(processesWith("sleep 424242")).toEqual([]);

    const read = await readTrajectory(log, of);
    expect(read).toMatchObject({ prompt, agent: "claude", model: result.model });
    const recorded = JSON.stringify(read?.messages.map(({ payload }) => payload));
    expect(recorded).toContain("elsewhere.ts is not yours to touch: write only within src/**");
    expect(recorded).toContain("ANTHROPIC_API_KEY");
    expect(recorded).not.toContain("AWS_SECRET_ACCESS_KEY");
    expect(recorder.dropped).toBe(0);
    // The prompt reached the model, whole.
    expect(JSON.stringify(api.requests.map(({ body }) => body))).toContain("Add a greeting, größer");
  },
  300_000,
);
