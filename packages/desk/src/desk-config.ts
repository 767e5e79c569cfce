import { z } from "zod";

const name = z.string().regex(/^[a-z0-9][a-z0-9-]*$/, "must be lower-case letters, digits and dashes");

const model = z
  .string()
  .regex(/^[a-z0-9-]+\/\S+$/, 'must be "<provider>/<model>", such as anthropic/claude-sonnet-4-20250514');
const models = z.strictObject({ scan: model, trade: model, evolution: model });

/** One desk, as `desks/<name>.yaml` says it. */
export const deskConfigSchema = z.strictObject({
  name,
  venue: z.strictObject({
    /** A directory under `venues/`. */
    name,
    settings: z.record(z.string(), z.unknown()).default({}),
  }),
  /** Only for a simulated venue: where its time starts, how far it is fast-forwarded, how fast it then runs. */
  clock: z
    .strictObject({
      from: z.union([z.string(), z.date()]).transform((value, context) => {
        const time = new Date(value).getTime();
        if (!Number.isFinite(time)) {
          context.addIssue({ code: "custom", message: `expected a time such as 2024-03-04T00:00:00Z, got ${value}` });
        }
        return time;
      }),
      days: z.number().min(0).max(3650),
      speed: z.number().positive().max(3600),
    })
    .optional(),
  book: z.strictObject({ initialBalance: z.number().positive().max(10_000_000).default(10_000) }).prefault({}),
  risk: z
    .strictObject({
      maxPositionShare: z.number().positive().max(1).default(0.25),
      maxPositions: z.number().int().min(1).max(100).default(5),
    })
    .prefault({}),
  /** Bars that features see before the first decision, and at every live close. */
  history: z.number().int().min(200).max(5000).default(1000),
  /** Agents that decide by a language model. Without models every agent decides by its mandate's rules. */
  agents: z
    .strictObject({
      /** "<provider>/<model>" for every agent's tasks; each must be in the price table. */
      models: models.optional(),
      /** Other models for one agent, by its name. */
      overrides: z.record(name, models.partial()).default({}),
      /** Who asks them: the desk's own process, or `alphaforge worker` on this machine or others. */
      askedBy: z.enum(["desk", "workers"]).default("desk"),
      /** Requests at once to one provider, whoever asks. */
      concurrency: z.number().int().min(1).max(200).default(4),
      /** US dollars that may be spent on models in one UTC day. */
      budget: z
        .strictObject({ agent: z.number().nonnegative().default(1), desk: z.number().nonnegative().default(10) })
        .prefault({}),
      evolution: z
        .strictObject({
          /** Closed trades after which a new prompt is proposed. */
          trades: z.number().int().min(1).max(10_000).default(20),
          /** A challenger that has fallen this far behind the champion's shadow is reverted. */
          revertBehind: z.number().positive().max(1).default(0.2),
        })
        .prefault({}),
    })
    .prefault({}),
  /** Coin twins, and for model agents rule twins: what the leaderboard holds an agent against. */
  twins: z.boolean().default(true),
  /** Days that are kept of what can be made again or is only looked up. Decisions, trades and ledgers are kept for ever. */
  retention: z
    .strictObject({
      snapshots: z.number().int().min(1).default(90),
      exchanges: z.number().int().min(1).default(30),
    })
    .prefault({}),
  /** Backups that a running desk makes by itself, on the machine's clock; none when absent. */
  backup: z
    .strictObject({
      /** Hours or days between two, such as 6h or 1d; at most 7d. They fall on whole multiples since 1970, UTC. */
      every: z.string().transform((text, context) => {
        const [, count, unit] = /^([1-9]\d{0,2})(h|d)$/.exec(text) ?? [];
        const ms = Number(count) * (unit === "d" ? 86_400_000 : 3_600_000);
        if (!(ms <= 7 * 86_400_000)) {
          context.addIssue({
            code: "custom",
            message: `expected hours or days such as 6h or 1d, at most 7d, got ${text}`,
          });
        }
        return ms;
      }),
      /** How many are kept; the oldest go. */
      keep: z.number().int().min(1).max(1000).default(7),
    })
    .optional(),
  /** Strategies by name; all that are found when absent. */
  strategies: z.array(name).min(1).optional(),
});

export type DeskConfig = z.output<typeof deskConfigSchema>;
