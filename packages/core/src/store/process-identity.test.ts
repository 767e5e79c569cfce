import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout } from "node:timers/promises";
import { expect, test } from "vitest";
import { processIdentity } from "./process-identity.ts";

test("a process keeps its identity, another one has another, and one that has ended has none", async () => {
  const mine = processIdentity(process.pid);
  expect(mine).toBeDefined();
  // Linux counts in hundredths of a second, others in seconds.
  await setTimeout(1_100);
  const child = spawn("sleep", ["60"]);
  await once(child, "spawn");
  const identity = processIdentity(child.pid as number);
  expect(identity).toBeDefined();
  expect(identity).not.toBe(mine);
  expect(processIdentity(child.pid as number)).toBe(identity);
  child.kill("SIGKILL");
  await once(child, "close");
  expect(processIdentity(child.pid as number)).toBeUndefined();
  expect(processIdentity(process.pid)).toBe(mine);
});
