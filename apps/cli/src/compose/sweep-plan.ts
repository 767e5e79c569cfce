import { createHash } from "node:crypto";
import { UserError } from "@alphaforge/core/errors";
import { choices } from "../nearest.ts";
import { type SweepTask, sweepTaskSchema } from "./sweep-task.ts";

/** What one `--vary` says: `maxPositions=1,3,5`. */
export interface Variation {
  readonly parameter: string;
  readonly values: readonly string[];
}

export interface PlannedRun {
  /** The values that this run has of what is varied, as they were written. */
  readonly varied: Readonly<Record<string, string>>;
  readonly task: SweepTask;
}

export interface SweepPlan {
  /** A hash of all runs: the same runs are the same sweep. */
  readonly id: string;
  readonly runs: readonly PlannedRun[];
}

/** Above it, a mistake is likelier than a wish. */
const MOST_RUNS = 10_000;

const names = (text: string): string[] => text.split("+").map((name) => name.trim());
const time = (text: string): number => (/^\d{4}-\d\d-\d\d(T[\d:.]+Z)?$/.test(text) ? Date.parse(text) : Number.NaN);

/** What each parameter's text changes in a task. */
const PARAMETERS: Readonly<Record<string, (text: string) => Partial<SweepTask>>> = {
  agents: (text) => ({ agents: names(text) }),
  symbols: (text) => ({ symbols: names(text) }),
  period: (text) => {
    const [from = "", to = ""] = text.split("/");
    return { from: time(from), to: time(to) };
  },
  fee: (text) => ({ feeRate: Number(text) }),
  maxPositions: (text) => ({ maxPositions: Number(text) }),
  maxPositionShare: (text) => ({ maxPositionShare: Number(text) }),
  initialBalance: (text) => ({ initialBalance: Number(text) }),
  history: (text) => ({ history: Number(text) }),
};

/** Reads `PARAMETER=a,b,c`. Throws a UserError that names the known parameters. */
export function readVariation(text: string): Variation {
  const [parameter = "", list = ""] = text.split(/=(.*)/s);
  if (!Object.hasOwn(PARAMETERS, parameter)) {
    throw new UserError(
      `--vary ${text}: there is no parameter ${JSON.stringify(parameter)}: ${choices(parameter, Object.keys(PARAMETERS))}`,
    );
  }
  const values = list.split(",").map((value) => value.trim());
  if (values.includes(""))
    throw new UserError(`--vary ${text}: write values separated by commas, such as maxPositions=1,3,5`);
  const twice = values.find((value, index) => values.indexOf(value) !== index);
  if (twice !== undefined) throw new UserError(`--vary ${text}: ${twice} is there twice`);
  return { parameter, values };
}

/** Every combination of the values, in the order in which they were written. Throws a UserError for one that cannot be. */
export function planSweep(base: SweepTask, variations: readonly Variation[]): SweepPlan {
  const seen = new Set<string>();
  for (const { parameter } of variations) {
    if (seen.has(parameter)) throw new UserError(`--vary ${parameter}: is there twice; give all its values at once`);
    seen.add(parameter);
  }
  const count = variations.reduce((product, { values }) => product * values.length, 1);
  if (count > MOST_RUNS) throw new UserError(`${count} backtests are more than ${MOST_RUNS}: vary less at once`);
  let rows: Record<string, string>[] = [{}];
  for (const { parameter, values } of variations) {
    rows = rows.flatMap((row) => values.map((value) => ({ ...row, [parameter]: value })));
  }
  const runs = rows.map((varied) => ({ varied, task: taskOf(base, varied) }));
  const id = createHash("sha256").update(JSON.stringify(runs)).digest("hex").slice(0, 12);
  return { id, runs };
}

function taskOf(base: SweepTask, varied: Readonly<Record<string, string>>): SweepTask {
  const changes = Object.entries(varied).map(([parameter, text]) => PARAMETERS[parameter]?.(text));
  const parsed = sweepTaskSchema.safeParse(Object.assign({}, base, ...changes));
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new UserError(`${JSON.stringify(varied)} cannot be: ${issue?.path.join(".")}: ${issue?.message}`);
  }
  if (parsed.data.from >= parsed.data.to) throw new UserError(`${JSON.stringify(varied)}: from must lie before to`);
  return parsed.data;
}
