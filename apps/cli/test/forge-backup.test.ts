import { join } from "node:path";
import { contentsOf } from "@alphaforge/core/store/backup/backup-world.fixture";
import { STORY_BEGIN, twelveTasks } from "@alphaforge/forge/sessions/forge-story.fixture";
import { expect, test } from "vitest";
import { forgeWorld, openWorld } from "./forge-world.fixture.ts";
import { runCli } from "./run-cli.fixture.ts";

test("a forge's backup, restored into another home, has its log, tasks and claims; while it is at work none replaces it", async () => {
  const world = forgeWorld();
  const { home, repository } = world;
  const file = join(repository, "..", "forge.afbackup");
  const open = await openWorld(world, STORY_BEGIN);
  try {
    const empty = await world.cli("db", "restore", "--forge", file);
    expect({ code: empty.code, errors: empty.errors }).toEqual({
      code: 2,
      errors: [expect.stringContaining("there is no file")],
    });
    await open.write(...twelveTasks(process.pid));
    await open.claims.claim({ id: "c1", holder: "ann", mode: "exclusive", globs: ["docs/**"] });
    const release = await open.orchestrate();
    const backup = await world.cli("db", "backup", "--forge", "--out", file, "--json");
    expect({ code: backup.code, errors: backup.errors }).toEqual({ code: 0, errors: [] });
    const busy = await world.cli("db", "restore", "--forge", "--replace", file);
    expect({ code: busy.code, errors: busy.errors }).toEqual({
      code: 1,
      errors: ["alphaforge: the forge of this repository is in use by another process: stop that one first"],
    });
    await release();
    const elsewhere = { ...world, home: join(home, "..", "other") };
    const restored = await runCli(
      elsewhere.home,
      ["db", "restore", "--forge", file, "--json"],
      {},
      { directory: repository },
    );
    expect({ code: restored.code, errors: restored.errors }).toEqual({ code: 0, errors: [] });
    expect(JSON.parse(restored.stdout).lastSeq).toBe(JSON.parse(backup.stdout).lastSeq);
    const other = await openWorld(elsewhere, STORY_BEGIN);
    try {
      expect(await contentsOf(other)).toEqual(await contentsOf(open));
    } finally {
      await other.close();
    }
    const stranger = forgeWorld();
    const foreign = await stranger.cli("db", "restore", "--forge", file).finally(() => stranger.remove());
    expect({ code: foreign.code, errors: foreign.errors }).toEqual({
      code: 2,
      errors: [
        expect.stringMatching(/is a backup of the forge of repository \S+, not of the forge of this repository$/),
      ],
    });
  } finally {
    await open.close();
    await world.remove();
  }
});
