import assert from "node:assert/strict";
import { test } from "node:test";
import { openHost } from "../src/host.ts";

test("tools are found by their place, and no two answer to one word", async () => {
  assert.equal((await openHost()).get("upper")?.run("loud"), "LOUD");
});
