import { fileURLToPath } from "node:url";
import type { MigrationSource } from "@alphaforge/core/store/migrations";

/** The tables of sweeps; they stand in the database that holds the jobs. */
export const SWEEP_MIGRATIONS: MigrationSource = {
  name: "sweep",
  directory: fileURLToPath(new URL("../../migrations", import.meta.url)),
};
