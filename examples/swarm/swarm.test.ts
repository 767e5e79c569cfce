import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";

const RUN = fileURLToPath(new URL("run.ts", import.meta.url));

test("twelve features, six coders who lie, crash, hang, conflict and break: the branch ends green, as the example asserts", async () => {
  const child = spawn(process.execPath, [RUN], { stdio: ["ignore", "pipe", "pipe"] });
  // It ends what it started, and removes what it made.
  onTestFinished(() => void child.kill("SIGTERM"));
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
  }
  const code = await new Promise((resolve) => child.on("close", resolve));
  expect(said.trimEnd().split("\n").at(-1), said).toMatch(
    /^12 features, 6 coders: 8 landed, 4 refused as they should be, branch green, \d+ s$/,
  );
  expect(code, said).toBe(0);
}, 300_000);
