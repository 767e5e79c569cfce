import type { ForgeEvent } from "@alphaforge/forge/sessions/forge-events";
import {
  asEvents,
  OUTSIDE,
  STORY_NOW,
  storyteller,
  type TimedEntry,
  twelveTasks,
} from "@alphaforge/forge/sessions/forge-story.fixture";
import { type SessionView, sessionAfter } from "@alphaforge/forge/sessions/session-view";
import { type TaskView, taskAfter } from "@alphaforge/forge/sessions/task-view";
import { describe, expect, test } from "vitest";
import { duration, roughly } from "../src/reports/forge-duration.ts";
import { eventLine } from "../src/reports/forge-event-line.ts";
import { runLine, runStatusLine, runSummary } from "../src/reports/forge-run-lines.ts";
import { dollars, spendingOf, spendingWords, tokenWords } from "../src/reports/forge-spending.ts";

function folded(entries: readonly TimedEntry[]): { tasks: readonly TaskView[]; session: SessionView } {
  const tasks = new Map<string, TaskView>();
  let session: SessionView | undefined;
  for (const event of asEvents(entries)) {
    session = sessionAfter(session, event);
    const id = (event.data as { task?: string }).task;
    const view = id === undefined ? undefined : taskAfter(tasks.get(id), event);
    if (id !== undefined && view !== undefined) tasks.set(id, view);
  }
  if (session === undefined) throw new Error("the story opens no session");
  return { tasks: [...tasks.values()], session };
}

const s = storyteller();
const lineOf = (entry: TimedEntry, task?: TaskView) => runLine(asEvents([entry])[0] as ForgeEvent, task);

describe("a line of a run", () => {
  test("tells of a landing with its attempt, and with its task how long it took and what it cost", () => {
    const story = [s.added(0, 3), s.started(0, 3, 2), s.coded(5, 3, 2, 4 + 1 / 6), s.landed(6, 3, 2)];
    const [task] = folded([...s.opened(), ...story]).tasks;
    expect(lineOf(s.landed(6, 3, 2))).toBe("shop.3 landed as 0303030 (attempt 2)");
    expect(lineOf(s.landed(6, 3, 2), task)).toBe("shop.3 landed as 0303030 (attempt 2, 4 m 10 s, $0.31)");
  });

  test("tells who turned an attempt down, why, and whether there is another", () => {
    const why = "shop.5 turned down by the fence: src/core/money.ts is outside the claim";
    expect(lineOf(s.refused(1, 5, 1, OUTSIDE))).toBe(`${why}; tries again`);
    expect(lineOf(s.refused(1, 5, 1, OUTSIDE, "again", false))).toBe(`${why}; tries again (not counted)`);
    expect(lineOf(s.refused(1, 5, 1, OUTSIDE, "failed"))).toBe(`${why}; that was its last try`);
  });

  test("tells what a task waits for, whose it is, and for how long", () => {
    expect(lineOf(s.waited(1, 7, [4]))).toBe("shop.7 waits for src/core/money.ts (shop.4, about 3 min)");
    expect(lineOf(s.waited(1, 7, [4, 5]))).toBe(
      "shop.7 waits for src/core/money.ts (shop.4, shop.5, place 2, about 3 min)",
    );
  });

  test("tells of a verification that is red or flaky, with its command; a green one is told by what lands", () => {
    expect(lineOf(s.verified(1, "v", [1, 2, 3, 4, 5], false))).toBe(
      "verification of shop.1, shop.2, shop.3 and 2 more is red (1 m): npm test failed with 1",
    );
    expect(lineOf(s.verified(1, "v", [1]))).toBeUndefined();
  });

  test("is one line without control characters, whatever a coder or a command wrote", () => {
    const evil = { ...OUTSIDE, reason: "a\u001b[2Jb\r\nc\u0000\u202E" };
    const line = lineOf(s.refused(1, 5, 1, evil)) ?? "";
    expect(line).toContain("a⟨U+001B⟩[2Jb c⟨U+0000⟩⟨U+202E⟩; tries again");
    expect(line).not.toMatch(/\p{C}/u);
  });

  test("every event has its words for the log, also those that a run does not tell", () => {
    const lines = asEvents(twelveTasks(1)).map((event) => eventLine(event));
    for (const line of lines) expect(line).toMatch(/^\S.{8,}$/);
    expect(lines.join("\n")).not.toMatch(/undefined|NaN|\[object/);
    const told = asEvents(twelveTasks(1)).filter((event) => runLine(event) !== undefined);
    expect(told.length).toBeLessThan(lines.length / 2);
  });
});

describe("the live line", () => {
  test("counts tasks by state, and names the one that is worked on longest", () => {
    const { tasks } = folded(twelveTasks(1));
    expect(runStatusLine(tasks, STORY_NOW)).toBe(
      "2 working (shop.4 for 10 m), 1 waiting, 2 landing, 2 to come, 1 failed, 2 blocked, 2 landed of 12",
    );
    expect(runStatusLine([], STORY_NOW)).toBe("0 landed of 0");
  });
});

describe("the summary of a run", () => {
  test("says what landed, what failed and why, what is blocked, what is open, what it took, and what to do", () => {
    const { tasks, session } = folded(twelveTasks(1));
    expect(runSummary(tasks, session)).toEqual([
      "shop: 2 of 12 landed on alphaforge/shop",
      "  shop.3 failed after 3 tries, verify: npm test failed with 1",
      "  shop.9 blocked by 3",
      "  shop.10 blocked by 3",
      "  not finished: shop.4, shop.5, shop.6, shop.7, shop.8, shop.11, shop.12",
      "378.0 k tokens, $2.48 without 1 attempt of unknown price",
      "go on, with the same command: alphaforge forge run shop.xml --session shop",
    ]);
  });

  test("when all have landed the next step is to finalize, and after that there is none", () => {
    const story = [...s.opened(), s.added(0, 1), s.started(0, 1), s.landed(5, 1)];
    const done = folded(story);
    expect(runSummary(done.tasks, done.session).at(-1)).toBe(
      "bring what landed into main: alphaforge forge finalize shop",
    );
    const brought = folded([...story, s.finalized(6)]);
    expect(runSummary(brought.tasks, brought.session)).toEqual([
      "shop: 1 of 1 landed on alphaforge/shop",
      "0 tokens, $0.00",
    ]);
    const more = folded([...story, s.finalized(6), s.added(7, 2), s.started(7, 2), s.landed(8, 2)]);
    expect(runSummary(more.tasks, more.session).at(-1)).toMatch(/finalize shop$/);
  });

  test("what failed can be looked at and tried anew, and what landed be brought home all the same", () => {
    const story = [...s.opened(), s.added(0, 1), s.started(0, 1), s.landed(5, 1), s.added(0, 2), s.started(0, 2)];
    const { tasks, session } = folded([...story, s.refused(6, 2, 1, OUTSIDE, "failed")]);
    expect(runSummary(tasks, session).slice(-3)).toEqual([
      "see why shop.2 failed: alphaforge forge log shop.2",
      "try what failed anew: alphaforge forge run shop.xml --session shop --retry-failed",
      "bring what landed into main: alphaforge forge finalize shop",
    ]);
  });
});

describe("figures", () => {
  test("of time are as coarse as they are long", () => {
    expect([-5, 0, 12_400, 59_600, 250_000, 3_600_000, 7_500_000, 273_600_000].map(duration)).toEqual([
      ...["0 s", "0 s", "12 s", "1 m", "4 m 10 s", "1 h", "2 h 5 m", "3 d 4 h"],
    ]);
    expect([1, 20_000, 180_000, 7_200_000].map(roughly)).toEqual([
      "about 1 s",
      "about 20 s",
      "about 3 min",
      "about 2 h",
    ]);
  });

  test("of tokens and dollars never hide what is not known", () => {
    expect([1, 950, 12_345, 999_960].map(tokenWords)).toEqual([
      "1 token",
      "950 tokens",
      "12.3 k tokens",
      "1.0 M tokens",
    ]);
    expect([0, 0.001, 0.31, 12].map(dollars)).toEqual(["$0.00", "under $0.01", "$0.31", "$12.00"]);
    const usage = { input: 1, output: 2, cacheRead: 3, cacheWrite: 4 };
    const attempt = { attempt: 1, startedAt: 0, token: 1, waitedMs: 0, stage: "coded" as const, usage };
    expect(spendingWords(spendingOf([attempt]))).toBe("10 tokens, price unknown");
    expect(spendingWords(spendingOf([attempt, { ...attempt, costUsd: 2 }]))).toBe(
      "20 tokens, $2.00 without 1 attempt of unknown price",
    );
  });
});
