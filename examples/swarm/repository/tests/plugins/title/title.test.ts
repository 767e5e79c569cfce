import assert from "node:assert/strict";
import { test } from "node:test";
import { plugin } from "../../../src/plugins/title/index.ts";

test("title", () => assert.equal(plugin.run("a tale of two"), "A Tale Of Two"));
