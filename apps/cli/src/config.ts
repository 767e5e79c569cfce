import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { type MailSettings, readMailSettings } from "@alphaforge/core/alerts/mail-settings";
import { UserError } from "@alphaforge/core/errors";
import type { ModelEndpoints } from "@alphaforge/core/llm/open-models";
import { SHORTEST_TOKEN } from "@alphaforge/desk/api/worker-token";
import { z } from "zod";

const LEVELS = ["fatal", "error", "warn", "info", "debug", "silent"] as const;

/** Without white space: a line break that came along from a file would only be found by the provider's refusal. */
const credential = z.string().regex(/^\S+$/);
const plainUrl = z.url({ protocol: /^https?$/ }).refine((text) => {
  const { username, password, search, hash } = new URL(text);
  return username + password + search + hash === "";
});

const environment = z.object({
  ALPHAFORGE_HOME: z.string().min(1).optional(),
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }).optional(),
  LOG_LEVEL: z.string().toLowerCase().pipe(z.enum(LEVELS)).default("info"),
  ALPHAFORGE_FAILPOINTS: z.string().default(""),
  BINANCE_BASE_URL: z.url({ protocol: /^https?$/ }).optional(),
  WORKER_PORT: z
    .string()
    .regex(/^\d{1,5}$/)
    .transform(Number)
    .refine((port) => port <= 65_535)
    .default(0),
  WORKER_TOKEN: z.string().regex(/^\S+$/).min(SHORTEST_TOKEN).optional(),
  ALERT_WEBHOOK_URL: z.url({ protocol: /^https?$/ }).optional(),
  ALERT_SMTP_URL: z.string().optional(),
  ALERT_MAIL_FROM: z.string().optional(),
  ALERT_MAIL_TO: z.string().optional(),
  ANTHROPIC_API_KEY: credential.optional(),
  ANTHROPIC_BASE_URL: plainUrl.optional(),
  OPENAI_COMPATIBLE_API_KEY: credential.optional(),
  OPENAI_COMPATIBLE_BASE_URL: plainUrl.optional(),
  AGENTS_ENABLED: z.stringbool({ truthy: ["true"], falsy: ["false"] }).default(true),
  EVOLUTION_ENABLED: z.stringbool({ truthy: ["true"], falsy: ["false"] }).default(true),
});

/** What the environment decides. The only place where the command line reads it. */
export interface AppConfig {
  /** Where all state lives. */
  readonly home: string;
  readonly databaseUrl?: string;
  readonly logLevel: (typeof LEVELS)[number];
  readonly failpoints: string;
  /** Settings of venues that the environment decides, by the venue's name; they override a desk's own. */
  readonly venueSettings: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Where a desk's API listens on 127.0.0.1; 0 for a free port of its own. */
  readonly workerPort: number;
  /** What a write to a desk's API must carry, in place of the token that the desk makes. */
  readonly workerToken?: string;
  /** Where alerts are posted to. A credential: neither logged nor shown. */
  readonly alertWebhookUrl?: string;
  /** Where alerts are mailed. Holds a credential: neither logged nor shown. */
  readonly alertMail?: MailSettings;
  /** Where language models are asked, and with which keys: neither logged nor shown. */
  readonly modelEndpoints: ModelEndpoints;
  /** False: agents that decide by a model decide nothing new; their open positions go on under their stops. */
  readonly agentsEnabled: boolean;
  /** False: no agent's prompt is rewritten by a model. */
  readonly evolutionEnabled: boolean;
}

/** Throws a UserError that names the variable; its value is not echoed where it may hold a password. */
export function readConfig(): AppConfig {
  const parsed = environment.safeParse(process.env);
  if (!parsed.success) {
    const issue = parsed.error.issues[0] as z.core.$ZodIssue;
    const name = String(issue.path[0]);
    throw new UserError(`environment variable ${name}: ${expectation(name, issue)}`);
  }
  const { ALPHAFORGE_HOME, DATABASE_URL, LOG_LEVEL, ALPHAFORGE_FAILPOINTS, BINANCE_BASE_URL } = parsed.data;
  const { WORKER_PORT, WORKER_TOKEN, ALERT_WEBHOOK_URL } = parsed.data;
  const { ANTHROPIC_API_KEY, ANTHROPIC_BASE_URL, AGENTS_ENABLED, EVOLUTION_ENABLED } = parsed.data;
  const { OPENAI_COMPATIBLE_API_KEY, OPENAI_COMPATIBLE_BASE_URL } = parsed.data;
  return {
    home: ALPHAFORGE_HOME === undefined ? defaultHome() : resolve(ALPHAFORGE_HOME),
    databaseUrl: DATABASE_URL,
    logLevel: LOG_LEVEL,
    failpoints: ALPHAFORGE_FAILPOINTS,
    venueSettings: BINANCE_BASE_URL === undefined ? {} : { binance: { baseUrl: BINANCE_BASE_URL } },
    workerPort: WORKER_PORT,
    workerToken: WORKER_TOKEN,
    alertWebhookUrl: ALERT_WEBHOOK_URL,
    alertMail: readMailSettings(parsed.data),
    modelEndpoints: {
      anthropic: { apiKey: ANTHROPIC_API_KEY, baseUrl: ANTHROPIC_BASE_URL },
      "openai-compatible": { apiKey: OPENAI_COMPATIBLE_API_KEY, baseUrl: OPENAI_COMPATIBLE_BASE_URL },
    },
    agentsEnabled: AGENTS_ENABLED,
    evolutionEnabled: EVOLUTION_ENABLED,
  };
}

function expectation(name: string, issue: z.core.$ZodIssue): string {
  if (name === "DATABASE_URL") {
    return "is not a URL such as postgres://user@host/database; correct it, or unset it for the embedded database";
  }
  if (name === "LOG_LEVEL") return `is ${JSON.stringify(process.env[name])}; set it to one of ${LEVELS.join(", ")}`;
  if (name === "BINANCE_BASE_URL") {
    return `is ${JSON.stringify(process.env[name])}; set it to scheme and host such as https://fapi.binance.com, or unset it`;
  }
  if (name === "WORKER_PORT") {
    return `is ${JSON.stringify(process.env[name])}; set it to a port from 0 to 65535, or unset it for a free one`;
  }
  if (name === "WORKER_TOKEN") {
    return `is shorter than ${SHORTEST_TOKEN} characters or holds white space; lengthen it, or unset it for the desk's own`;
  }
  if (name === "ALERT_WEBHOOK_URL") return "is not an http or https URL; correct it, or unset it for alerts in the log";
  if (name === "ANTHROPIC_API_KEY" || name === "OPENAI_COMPATIBLE_API_KEY") {
    return "is empty or holds white space; correct it, or unset it to use no models of that provider";
  }
  if (name === "ANTHROPIC_BASE_URL" || name === "OPENAI_COMPATIBLE_BASE_URL") {
    return "is not an http or https URL without user, password and query; correct or unset it";
  }
  if (name === "AGENTS_ENABLED" || name === "EVOLUTION_ENABLED") {
    return `is ${JSON.stringify(process.env[name])}; set it to true or false, or unset it for true`;
  }
  return `${issue.message}; correct or unset it`;
}

function defaultHome(): string {
  return process.getuid?.() === 0 ? "/var/lib/alphaforge" : join(homedir(), ".alphaforge");
}

/** The environment for a child process that runs this program. */
export function childEnvironment(config: AppConfig): NodeJS.ProcessEnv {
  return { ...process.env, ALPHAFORGE_HOME: config.home };
}
