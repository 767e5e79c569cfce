import assert from "node:assert/strict";
import { test } from "node:test";
import { plugin } from "../../../src/plugins/upper/index.ts";

test("upper", () => assert.equal(plugin.run("a b"), "A B"));
