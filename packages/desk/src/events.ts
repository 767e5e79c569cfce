import type { FailureKind, ModelTask, TokenUsage } from "@alphaforge/core/llm/model";
import type { AgentModels, Performance, PromptSource } from "./agents/prompt.ts";
import type { TwinOf } from "./agents/twin.ts";
import type { DeciderKind } from "./deciders/decider-kind.ts";
import type { ModelNote } from "./deciders/model-note.ts";
import type { Fill } from "./execution/fill.ts";
import type { Direction } from "./instrument/instrument.ts";
import type { MarginSchedule } from "./instrument/margin-schedule.ts";
import type { Money } from "./instrument/money.ts";
import type { Timeframe } from "./instrument/timeframe.ts";
import type { Decision, ExitReason } from "./strategies/decision.ts";

/**
 * What a desk records. Money is in whole units of 1e-8 USDT, times are ms of the desk's clock, prices are doubles as
 * the venue gave them. The log of these events is the truth; every table is a projection of it.
 */
export interface DeskEvents {
  "desk.opened": {
    readonly desk: string;
    readonly venue: string;
    readonly simulated: boolean;
    readonly feeRate: number;
    readonly finest: Timeframe;
  };
  "agent.enrolled": {
    readonly agent: string;
    readonly displayName: string;
    readonly strategy: string;
    readonly timeframe: Timeframe | "cross";
    readonly decider: DeciderKind;
    readonly initialBalance: Money;
    /** Present when it only shadows another agent. */
    readonly twin?: TwinOf;
  };
  /** From now on the agent decides another way than before; its book goes on. */
  "decider.assigned": { readonly agent: string; readonly decider: DeciderKind };
  /** A twin that is no longer needed: it decides nothing more, the protections of its positions go on. */
  "agent.retired": { readonly agent: string; readonly reason: string };
  "agent.paused": { readonly agent: string; readonly command: string };
  "agent.resumed": { readonly agent: string; readonly command: string };
  /** Which models the agent asks; `command` is absent when the configuration says so. */
  "models.chosen": { readonly agent: string; readonly models: AgentModels; readonly command?: string };
  /** A version of the agent's prompt is in use from now on. Versions count from 1 and are never reused. */
  "prompt.activated": {
    readonly agent: string;
    readonly version: number;
    readonly source: PromptSource;
    readonly text: string;
    /** The version that was in use before; absent for the first. */
    readonly previous?: number;
    /** Unified diff against the previous version's text; absent for the first. */
    readonly diff?: string;
    /** How the agent stood when it was changed; absent for the first. */
    readonly performance?: Performance;
    /** The champion's shadow that it is held against, and the agent's NAV now; absent when it is not on trial. */
    readonly trial?: { readonly shadow: string; readonly nav: number };
    readonly command?: string;
  };
  /** The challenger has lost: the champion's version is in use again. */
  "prompt.reverted": {
    readonly agent: string;
    readonly from: number;
    readonly to: number;
    readonly reason: string;
    readonly performance: Performance;
  };
  /** The challenger has stood its trial. */
  "prompt.confirmed": { readonly agent: string; readonly version: number; readonly performance: Performance };
  /** What evolution proposed and did not pass; `text` may be cut. */
  "prompt.rejected": { readonly agent: string; readonly text: string; readonly reasons: readonly string[] };
  /** A lesson from a closed trade: the facts, and what the model made of them when it answered. */
  "memory.written": {
    readonly agent: string;
    readonly positionId: string;
    readonly facts: string;
    readonly reflection?: string;
  };
  /** A command that the desk did not carry out. */
  "command.refused": {
    readonly command: string;
    readonly name: string;
    readonly agent: string;
    readonly reason: string;
  };
  /** In a stream of its own, appended as soon as the model has answered: what was paid for is never asked again. */
  "model.called": {
    /** `decisionIdOf(agent, close)` and what it was for. */
    readonly callId: string;
    readonly agent: string;
    readonly task: ModelTask;
    readonly model: string;
    readonly promptVersion: number;
    readonly outcome: "answered" | "invalid" | "failed";
    readonly failure?: FailureKind;
    /** Why it is invalid or failed; empty when answered. */
    readonly reasons: readonly string[];
    /** What the model wrote; U+0000 and lone surrogates are replaced, and it may be cut. */
    readonly text: string;
    /** The tool's input as JSON text, treated alike. */
    readonly input?: string;
    readonly usage: TokenUsage;
    /** By the price table of the day it was called. */
    readonly costUsd: number;
    readonly latencyMs: number;
    readonly attempts: number;
    /** When it was asked, by the machine's clock: days of budgets are days of this. */
    readonly calledAt: number;
  };
  /** The agent cannot trade here, or could not at this close; why. Recorded when the reason changes. */
  "agent.abstained": { readonly agent: string; readonly reason: string };
  /** What a cross agent carries over; recorded when it changes. */
  "agent.remembered": { readonly agent: string; readonly memory: unknown };
  /** Its id is `decisionIdOf(agent, at)`: an agent decides once at a close. */
  "decision.made": {
    readonly agent: string;
    readonly timeframe: Timeframe | "cross";
    readonly decider: DeciderKind;
    readonly decision: Decision;
    /** Where a model decided, or was to decide. */
    readonly model?: ModelNote;
  };
  /** Closes that passed while the desk was down: `count` of them, the last at the event's time. */
  "decision.missed": { readonly agent: string; readonly timeframe: Timeframe | "cross"; readonly count: number };
  "order.approved": {
    readonly clientOrderId: string;
    readonly decisionId: string;
    readonly agent: string;
    readonly kind: "entry" | "scale-in" | "exit" | "amend";
    readonly symbol: string;
    readonly direction: Direction;
    readonly positionId: string;
    readonly notional?: Money;
    readonly stop?: number;
    readonly target?: number;
    readonly trailDistance?: number;
    readonly expiresAt?: number;
    /** 1 when absent. A scale-in has its position's. */
    readonly leverage?: number;
    /** What an entry is margined by until it ends, whatever the venue states later; absent at 1× where it states none. */
    readonly marginSchedule?: MarginSchedule;
  };
  "order.refused": {
    readonly decisionId: string;
    readonly agent: string;
    readonly action: Decision["action"];
    readonly symbol?: string;
    readonly reasons: readonly string[];
  };
  /** An approved order that will never fill: the symbol was delisted, the position was gone. */
  "order.cancelled": { readonly clientOrderId: string; readonly agent: string; readonly reason: string };
  "order.filled": Fill & {
    readonly notional: Money;
    readonly fee: Money;
    /** Cash, margin and realised profit move by these; they sum with unrealised to the same equity less the fee. */
    readonly cash: Money;
    readonly margin: Money;
    readonly realised: Money;
  };
  "position.closed": {
    readonly positionId: string;
    readonly agent: string;
    readonly symbol: string;
    readonly direction: Direction;
    readonly lots: number;
    readonly lotDecimals: number;
    readonly entryPrice: number;
    readonly exitPrice: number;
    /** What was put in: the sum of the entries' notionals. */
    readonly notional: Money;
    readonly gross: Money;
    readonly fees: Money;
    readonly funding: Money;
    readonly net: Money;
    readonly reason: ExitReason;
    readonly ambiguous: boolean;
    readonly openedAt: number;
    readonly closedAt: number;
    readonly entryDecision: string;
  };
  "position.protected": {
    readonly positionId: string;
    readonly agent: string;
    readonly stop: number;
    readonly target?: number;
    readonly cause: "decision" | "trail";
  };
  "funding.posted": {
    readonly agent: string;
    readonly positionId: string;
    readonly symbol: string;
    readonly rate: number;
    /** What the book received; negative when the position paid. */
    readonly amount: Money;
    /** The part of what was paid that free cash lacked: taken from the position's margin. Leveraged positions only. */
    readonly fromMargin?: Money;
  };
  /** `equity` is the marked equity just before: the deposit buys units of the book at that value and is no profit. */
  "cash.deposited": { readonly agent: string; readonly amount: Money; readonly equity: Money };
  /** Everything up to `until` is done: the candles that opened before it have traded, the closes up to it are decided. */
  "desk.advanced": { readonly until: number };
  "halt.raised": { readonly stage: string; readonly scope: string; readonly reason: string };
  "halt.cleared": { readonly scope: string };
}

export type DeskEventType = keyof DeskEvents;
export type DeskEvent = {
  [T in DeskEventType]: { readonly type: T; readonly at: number; readonly data: DeskEvents[T] };
}[DeskEventType];

/** Where a stage writes what it did. Synchronous: the desk appends the batch to its log at the end of each step. */
export interface Journal {
  record<T extends DeskEventType>(type: T, at: number, data: DeskEvents[T]): void;
}
