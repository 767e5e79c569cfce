import { EVENT_LOG_MIGRATIONS } from "@alphaforge/core/log/event-log-migrations";
import type { MigrationSource } from "@alphaforge/core/store/migrations";
import { DESK_MIGRATIONS } from "@alphaforge/desk/projections/migrations";
import { SWEEP_MIGRATIONS } from "./sweep-migrations.ts";

/** What a desk's database is made of, in the order in which it is applied. */
export const DESK_DATABASE: readonly MigrationSource[] = [EVENT_LOG_MIGRATIONS, DESK_MIGRATIONS, SWEEP_MIGRATIONS];
