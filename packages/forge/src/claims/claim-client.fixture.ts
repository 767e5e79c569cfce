import { systemClock } from "@alphaforge/core/clock";
import { connectStore } from "@alphaforge/core/store/open-store";
import { matches } from "../globs/matches.ts";
import { postgresClaimStore } from "./postgres-claim-store.ts";
import type { ClaimMode } from "./rules/claim.ts";

/**
 * A process for tests, on the database of its first argument. "hold": claims src/** and keeps it until it is killed.
 * "hammer SEED MS": two clients claim overlapping globs again and again; whoever holds writes each path that it may
 * touch into the table working, and whom it meets there into the table violations.
 * "mortal SEED MS": the same for processes that are killed: who holds proves it by locks that end with its connection,
 * and by a token above that of every exclusive holder of a path before it.
 */
const [url = "", does = "", seed = "0", lasts = "0"] = process.argv.slice(2);
const rules = { ignoresCase: false };
const LEASES: Readonly<Record<string, number>> = { hold: 3_000, mortal: 1_000 };
const isMortal = does === "mortal";
const store = connectStore(url, { applicationName: `claim client ${seed}`, poolSize: isMortal ? 4 : 1 });
const monotonic = () => performance.now();
const claims = postgresClaimStore(store, {
  rules,
  leaseMs: LEASES[does] ?? 60_000,
  clock: systemClock,
  monotonic,
});

/** What every client does, however slow the machine. */
const FEWEST_ROUNDS = 5;
const PATHS = ["src/a.ts", "src/b.ts", "src/x/c.ts", "docs/a.md", "docs/b.md", "README.md"];
const GLOBS = ["src/**", "src/*.ts", "src/{a,x/c}.ts", "docs/**", "**/*.md", "docs/a.md", "**/a.*", "[A-Z]*"];

if (does === "hold") {
  const answer = await claims.claim({ id: "holder", holder: "fixture", mode: "exclusive", globs: ["src/**"] });
  if (!answer.granted) throw new Error("the holder was not granted its claim");
  process.stdout.write(`${answer.claim.token}\n`);
  setInterval(() => void claims.heartbeat(answer.claim.token), 500);
} else {
  const end = performance.now() + Number(lasts);
  await Promise.all([0, 1].map((client) => (isMortal ? proveHolding : hammer)(Number(seed) * 2 + client, end)));
  await claims.close();
  await store.close();
}

function drawer(client: number): (below: number) => number {
  let state = client + 1;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % below;
  };
}

async function proveHolding(client: number, end: number): Promise<void> {
  const session = await store.connect();
  const draw = drawer(client);
  let last = 0;
  for (let round = 0; performance.now() < end; round += 1) {
    const id = `${client}/${round}`;
    const glob = GLOBS[draw(GLOBS.length)] as string;
    const mode: ClaimMode = draw(3) === 0 ? "shared" : "exclusive";
    const answer = await claims.claim({ id, holder: `client ${client}`, mode, globs: [glob] });
    const { token } = answer.granted ? answer.claim : await claims.wait(id);
    if (token <= last) throw new Error(`token ${token} came after ${last}`);
    last = token;
    process.stdout.write(`${token}\n`);
    await claims.whileCurrent([token], async () => {
      const lock = mode === "shared" ? "pg_try_advisory_lock_shared" : "pg_try_advisory_lock";
      for (const path of PATHS.filter((each) => matches(glob, each, rules))) {
        const { rows } = await session.query(`SELECT ${lock}(hashtext($1)) AS taken`, [path]);
        if (rows[0].taken !== true) throw new Error(`somebody else is at ${path} beside token ${token}`);
        if (mode === "shared") continue;
        const raised = await session.query("UPDATE path_tokens SET token = $2 WHERE path = $1 AND token < $2", [
          path,
          token,
        ]);
        if (raised.rowCount !== 1) throw new Error(`${path} has seen a higher token than ${token}`);
      }
      await session.query("SELECT pg_advisory_unlock_all()");
    });
    // Refused when the lease ran out before the work began: then no work was done.
    await claims.release(token);
  }
  await session.end();
}

async function hammer(client: number, end: number): Promise<void> {
  const draw = drawer(client);
  for (let round = 0; round < FEWEST_ROUNDS || performance.now() < end; round += 1) {
    const id = `${client}/${round}`;
    const glob = GLOBS[draw(GLOBS.length)] as string;
    const mode: ClaimMode = draw(3) === 0 ? "shared" : "exclusive";
    const answer = await claims.claim({ id, holder: `client ${client}`, mode, globs: [glob] });
    const { token } = answer.granted ? answer.claim : await claims.wait(id);
    const paths = PATHS.filter((path) => matches(glob, path, rules));
    await store.pool.query("INSERT INTO working SELECT unnest($1::text[]), $2, $3", [paths, mode, token]);
    await store.pool.query(
      `INSERT INTO violations SELECT mine.path, mine.token, other.token FROM working AS mine JOIN working AS other USING (path)
       WHERE mine.token = $1 AND other.token <> $1 AND 'exclusive' IN (mine.mode, other.mode)`,
      [token],
    );
    await store.pool.query("DELETE FROM working WHERE token = $1", [token]);
    const released = await claims.release(token);
    if (!released.ok) throw new Error(released.reason);
  }
}
