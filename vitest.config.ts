import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/** What holds for every PostgreSQL: run on the embedded server, and again on one with passwords. */
const ON_EVERY_POSTGRES = [
  "packages/core/src/log/{postgres-event-log,projection}.test.ts",
  "packages/core/src/jobs/postgres-jobs.test.ts",
  "packages/core/src/llm/{exchange-recorder,queued-model}.test.ts",
  "packages/core/src/store/{advisory-lock,connection-lost,migrations,open-store}.test.ts",
  "packages/desk/src/deciders/llm/recorded-caller.test.ts",
  "packages/desk/src/projections/{desk-projection,models-projection,partitions,rebuild}.test.ts",
  "packages/desk/test/ranking-run.test.ts",
  "packages/forge/src/claims/postgres-claim-store.test.ts",
  "packages/forge/src/landing/forge-landing-ledger.test.ts",
  "packages/forge/src/sessions/forge-projection.test.ts",
];

export default defineConfig({
  test: {
    globalSetup: ["packages/core/src/testing/vitest-global-setup.ts"],
    setupFiles: ["packages/core/src/testing/vitest-setup.ts"],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    // Of the hundreds of processes that tests start, each compiles only what no other has.
    env: { NODE_COMPILE_CACHE: fileURLToPath(new URL("node_modules/.cache/alphaforge", import.meta.url)) },
    // Many tests kill processes, on machines that others load as well: one more chance, shown in the report. None for a
    // property that found a counterexample.
    retry: { count: 1, condition: /^(?!Property failed)/ },
    projects: [
      {
        extends: true,
        test: {
          name: "all",
          include: [
            "packages/*/src/**/*.test.ts",
            "packages/*/test/**/*.test.ts",
            "apps/*/test/**/*.test.ts",
            "tools/**/*.test.ts",
            "examples/*/*.test.ts",
          ],
        },
      },
      { extends: true, test: { name: "password", include: ON_EVERY_POSTGRES } },
    ],
  },
});
