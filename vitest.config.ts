import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: [
      "packages/*/src/**/*.test.ts",
      "packages/*/test/**/*.test.ts",
      "apps/*/test/**/*.test.ts",
      "tools/**/*.test.ts",
      "examples/*/*.test.ts",
    ],
    globalSetup: ["packages/core/src/testing/vitest-global-setup.ts"],
    setupFiles: ["packages/core/src/testing/vitest-setup.ts"],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    // Many tests kill processes, on machines that others load as well: one more chance, shown in the report. None for a
    // property that found a counterexample.
    retry: { count: 1, condition: /^(?!Property failed)/ },
  },
});
