import { createHash } from "node:crypto";
import type { ClientBase } from "pg";
import type { ModelNote } from "../deciders/model-note.ts";
import { decisionIdOf } from "../decision-id.ts";
import type { DeskEvents } from "../events.ts";
import { toNumber } from "../instrument/money.ts";
import type { Decision } from "../strategies/decision.ts";

/** A decision that a model answered for, with everything that it was asked and what came of it. */
export interface ModelDecision {
  /** `decisionIdOf(agent, at)`. */
  readonly id: string;
  readonly agent: string;
  readonly timeframe: string;
  /** The close, ms of the desk's time. */
  readonly at: number;
  readonly model: string;
  readonly promptVersion: number;
  /** The system prompt and the market as they were sent; their hashes are those that the decision was recorded with. */
  readonly system: string;
  readonly user: string;
  /** In the provider's own format, where the request had them. */
  readonly tools?: readonly unknown[];
  /** What it wrote, and its tool's input as JSON text. */
  readonly text: string;
  readonly input?: string;
  /** What it was taken as; amounts in USDT. */
  readonly action: Readonly<Record<string, unknown>>;
  /** Why the reply became a hold. */
  readonly invalid?: readonly string[];
  /** The model may have read what came next. */
  readonly isBeforeCutoff: boolean;
  readonly realised?: RealisedResult;
  /** Without a result: refused by risk, without a fill so far, or a change to another decision's position. */
  readonly effect?: "refused" | "unfilled" | "adjusted";
}

/** What the position that a decision opened, or those that it closed, brought: net of fees and funding. */
export interface RealisedResult {
  /** USDT. */
  readonly profit: number;
  /** Of what was put in. */
  readonly fraction: number;
  readonly closedAt: number;
  readonly closedBy: string;
}

/** Decisions that are none of a model's answers, by why. */
export interface LeftOut {
  /** Rules and coins decided. */
  withoutModel: number;
  /** The model was not asked, or gave no answer. */
  unanswered: number;
  /** What was asked is not kept any more (retention), or never was (the recorder had no room). */
  forgotten: number;
}

export interface ModelDecisions {
  /** Complete when all has been read. */
  readonly leftOut: Readonly<LeftOut>;
  /** In the order in which they were made. */
  read(): AsyncGenerator<ModelDecision>;
}

type Client = Pick<ClientBase, "query">;
type Made = DeskEvents["decision.made"];
type Called = DeskEvents["model.called"];

/** Each question is some 80 kB: a page of them is what is held at a time, beside the results of closed trades. */
const PAGE = 25;

/** A desk's decisions by models, read within one transaction of `client`. */
export function modelDecisions(client: Client): ModelDecisions {
  const leftOut: LeftOut = { withoutModel: 0, unanswered: 0, forgotten: 0 };
  return {
    leftOut,
    async *read() {
      const { rows } = await client.query<{ count: number }>(
        "SELECT count(*) AS count FROM decisions WHERE decider NOT IN ('llm', 'none')",
      );
      leftOut.withoutModel = rows[0]?.count ?? 0;
      const results = await readResults(client);
      for await (const page of pagesOfDecisions(client)) {
        const asked = page.filter(({ data }) => data.model?.model !== undefined);
        const calls = await readCalls(client, asked);
        const questions = await readQuestions(client, asked);
        const refused = await readRefused(client, page);
        for (const { at, data } of page) {
          const id = decisionIdOf(data.agent, at);
          const note = data.model;
          const called = note === undefined ? undefined : calls.get(note.callId);
          const question = note === undefined ? undefined : questions.get(note.callId);
          if (note?.model === undefined || called === undefined || called.outcome === "failed") leftOut.unanswered += 1;
          else if (question === undefined) leftOut.forgotten += 1;
          else {
            const effect = effectOf(id, data.decision, results, refused.has(id));
            yield { ...decisionOf(at, data, { ...note, model: note.model }, called), ...question, ...effect };
          }
        }
      }
    },
  };
}

function decisionOf(
  at: number,
  { agent, timeframe, decision }: Made,
  { model, promptVersion, invalid, isBeforeCutoff }: ModelNote & { readonly model: string },
  { text, input }: Called,
): Omit<ModelDecision, keyof Question | "realised" | "effect"> {
  const action = "notional" in decision ? { ...decision, notional: toNumber(decision.notional) } : { ...decision };
  return {
    ...{ id: decisionIdOf(agent, at), agent, timeframe, at, model, promptVersion, text, action, isBeforeCutoff },
    ...(input === undefined ? {} : { input }),
    ...(invalid === undefined ? {} : { invalid: invalid.reasons }),
  };
}

interface MadeAt {
  readonly seq: number;
  readonly at: number;
  readonly data: Made;
}

async function* pagesOfDecisions(client: Client): AsyncGenerator<readonly MadeAt[]> {
  for (let last = 0; ; ) {
    const { rows } = await client.query<MadeAt>(
      `SELECT seq, at, data FROM events WHERE seq > $1 AND type = 'decision.made' AND data->>'decider' = 'llm'
       ORDER BY seq LIMIT ${PAGE}`,
      [last],
    );
    if (rows.length === 0) return;
    yield rows;
    last = (rows.at(-1) as MadeAt).seq;
  }
}

/** By call: the event's id is the call's. */
async function readCalls(client: Client, made: readonly MadeAt[]): Promise<ReadonlyMap<string, Called>> {
  const { rows } = await client.query<{ data: Called }>(
    "SELECT data FROM events WHERE id = ANY ($1) AND type = 'model.called'",
    [made.map(({ data }) => data.model?.callId)],
  );
  return new Map(rows.map(({ data }) => [data.callId, data]));
}

interface Question {
  readonly system: string;
  readonly user: string;
  readonly tools?: readonly unknown[];
}

/**
 * By call: what was sent, as the decision's hashes name it. Whichever provider's format a request is in, the two texts
 * are those with the right hash, and nothing else can be taken for them.
 */
async function readQuestions(client: Client, made: readonly MadeAt[]): Promise<ReadonlyMap<string, Question>> {
  const notes = new Map(made.flatMap(({ data: { model } }) => (model === undefined ? [] : [[model.callId, model]])));
  const { rows } = await client.query<{ call: string; request: Buffer }>(
    "SELECT call_id AS call, request FROM model_exchanges WHERE call_id = ANY ($1) ORDER BY call_id, attempt",
    [[...notes.keys()]],
  );
  const questions = new Map<string, Question>();
  for (const { call, request } of rows) {
    const note = notes.get(call);
    if (note === undefined || questions.has(call)) continue;
    const body = bodyOf(request);
    const texts = new Map([...stringsIn(body)].map((text) => [sha256(text), text]));
    const [system, user] = [texts.get(note.promptHash), texts.get(note.snapshotHash)];
    if (system === undefined || user === undefined) continue;
    const tools = (body as { tools?: unknown }).tools;
    questions.set(call, { system, user, ...(Array.isArray(tools) ? { tools } : {}) });
  }
  return questions;
}

/** A request that was cut short on its way into the store is none. */
function bodyOf(request: Buffer): unknown {
  try {
    return JSON.parse(request.toString("utf8"));
  } catch {
    return {};
  }
}

function* stringsIn(value: unknown): Generator<string> {
  if (typeof value === "string") yield value;
  else if (typeof value === "object" && value !== null) for (const part of Object.values(value)) yield* stringsIn(part);
}

interface Results {
  /** By the decision that opened the position, and by the one that closed it. */
  readonly opened: ReadonlyMap<string, RealisedResult>;
  readonly closed: ReadonlyMap<string, RealisedResult>;
  /** Decisions whose position is open. */
  readonly open: ReadonlySet<string>;
}

interface TradeRow {
  readonly entry: string;
  readonly exit: string | null;
  readonly net: string;
  readonly notional: string;
  readonly closedAt: number;
  readonly reason: string;
}

async function readResults(client: Client): Promise<Results> {
  const { rows: trades } = await client.query<TradeRow>(
    `SELECT entry_decision AS entry, exit_decision AS exit, net, notional, closed_at AS "closedAt", exit_reason AS reason
     FROM trades WHERE agent IN (SELECT DISTINCT agent FROM decisions WHERE decider = 'llm') ORDER BY closed_at, id`,
  );
  const { rows: open } = await client.query<{ entry: string }>("SELECT entry_decision AS entry FROM positions");
  // One decision may close all positions: it brought what they brought together.
  const exits = Map.groupBy(
    trades.filter(({ exit }) => exit !== null),
    ({ exit }) => exit as string,
  );
  return {
    opened: new Map(trades.map((trade) => [trade.entry, resultOf([trade])])),
    closed: new Map([...exits].map(([decision, closed]) => [decision, resultOf(closed)])),
    open: new Set(open.map(({ entry }) => entry)),
  };
}

function resultOf(trades: readonly TradeRow[]): RealisedResult {
  const sum = (of: (trade: TradeRow) => string): number =>
    trades.reduce((total, trade) => total + Number(of(trade)), 0);
  const profit = sum(({ net }) => net);
  const { closedAt, reason } = trades.at(-1) as TradeRow;
  return { profit, fraction: profit / sum(({ notional }) => notional), closedAt, closedBy: reason };
}

async function readRefused(client: Client, made: readonly MadeAt[]): Promise<ReadonlySet<string>> {
  const { rows } = await client.query<{ id: string }>(
    "SELECT decision_id AS id FROM refusals WHERE decision_id = ANY ($1)",
    [made.map(({ at, data }) => decisionIdOf(data.agent, at))],
  );
  return new Set(rows.map(({ id }) => id));
}

function effectOf(
  id: string,
  { action }: Decision,
  { opened, closed, open }: Results,
  isRefused: boolean,
): Pick<ModelDecision, "realised" | "effect"> {
  if (action === "hold") return {};
  const realised = (action === "open" ? opened : closed).get(id);
  if (realised !== undefined) return { realised };
  if (isRefused) return { effect: "refused" };
  if (action === "adjust-stop" || action === "adjust-target") return { effect: "adjusted" };
  return open.has(id) ? {} : { effect: "unfilled" };
}

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
