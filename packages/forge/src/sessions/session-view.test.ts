import { describe, expect, test } from "vitest";
import { asEvents, STORY_BEGIN, STORY_BRANCH, sha, storyteller, type TimedEntry } from "./forge-story.fixture.ts";
import { type SessionView, sessionAfter } from "./session-view.ts";
import { type VerificationView, verificationAfter } from "./verification-view.ts";

const s = storyteller();
const sessionOf = (...entries: readonly TimedEntry[]) =>
  asEvents(entries).reduce<SessionView | undefined>(sessionAfter, undefined);

describe("a session", () => {
  test("begins with its first event and with no other", () => {
    expect(sessionOf(s.run(0, 1), s.added(0, 1), s.finalized(1))).toBeUndefined();
    expect(sessionOf(...s.opened())).toEqual({
      ...{ session: "shop", target: "main", since: sha(99), directly: false, spec: "shop.xml", openedAt: STORY_BEGIN },
      branches: [{ branch: STORY_BRANCH }],
    });
  });

  test("opened twice is opened once, and a branch made twice is there once", () => {
    const once = sessionOf(...s.opened(), s.run(1, 7));
    expect(sessionOf(...s.opened(), s.run(1, 7), ...s.opened())).toEqual(once);
  });

  test("knows its streams' branches in the order in which they were made, and where each was brought", () => {
    const api = storyteller("shop", "refs/heads/alphaforge/shop-api");
    const [, opened] = api.opened() as [TimedEntry, TimedEntry];
    const stream = { ...opened, data: { ...opened.data, stream: "api" } } as TimedEntry;
    expect(sessionOf(...s.opened(), stream, api.finalized(9, "fast-forward"))?.branches).toEqual([
      { branch: STORY_BRANCH },
      {
        ...{ branch: "refs/heads/alphaforge/shop-api", stream: "api" },
        finalized: { target: "main", how: "fast-forward", commit: sha(88), at: api.finalized(9).at },
      },
    ]);
  });

  test("knows its latest run; one without an end was killed or goes on, and an older run's end does not end it", () => {
    const first = [...s.opened(), s.run(1, 7)];
    expect(sessionOf(...first)?.run).toEqual({
      ...{ run: "run-1", pid: 7, coder: "claude", model: "m-1", concurrency: 4, recorded: true },
      startedAt: s.run(1, 7).at,
    });
    expect(sessionOf(...first, s.ended(2, "failed", "the disk is full"))?.run?.ended).toEqual({
      ...{ at: s.ended(2, "done").at, how: "failed", reason: "the disk is full" },
    });
    const second = sessionOf(...first, s.run(3, 8, "run-2"), s.ended(4, "stopped"));
    expect(second?.run).toMatchObject({ run: "run-2", pid: 8 });
    expect(second?.run).not.toHaveProperty("ended");
  });

  test("is not changed by what its tasks do", () => {
    const view = sessionOf(...s.opened());
    for (const event of asEvents([s.added(1, 1), s.landed(2, 1), s.verifying(1, "v", [1])])) {
      expect(sessionAfter(view, event)).toBe(view);
    }
  });
});

describe("a verification", () => {
  const viewOf = (...entries: readonly TimedEntry[]) =>
    asEvents(entries).reduce<VerificationView | undefined>(verificationAfter, undefined);

  test("runs from its beginning to its end, and then says how it ended", () => {
    const running = viewOf(s.verifying(1, "v", [1, 2]));
    expect(running).toEqual({
      ...{ verification: "v", branch: STORY_BRANCH, commit: sha(77), tasks: ["shop.1", "shop.2"] },
      startedAt: s.verifying(1, "v", []).at,
    });
    expect(viewOf(s.verifying(1, "v", [1, 2]), s.verified(2, "v", [1, 2], false))).toEqual({
      ...running,
      ended: expect.objectContaining({
        green: false,
        flaky: false,
        runs: [expect.objectContaining({ outcome: "failed" })],
      }),
    });
  });

  test("that never began has no end, and nothing else concerns it", () => {
    expect(viewOf(s.verified(2, "v", [1]))).toBeUndefined();
    const view = viewOf(s.verifying(1, "v", [1]));
    for (const event of asEvents([...s.opened(), s.added(1, 1)])) expect(verificationAfter(view, event)).toBe(view);
  });
});
