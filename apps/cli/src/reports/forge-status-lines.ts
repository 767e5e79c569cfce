import { styleText } from "node:util";
import { visibleText } from "@alphaforge/desk/deciders/llm/visible-text";
import type { Orchestration } from "@alphaforge/forge/sessions/orchestration";
import type { ClaimView } from "@alphaforge/forge/sessions/read-views";
import type { SessionView } from "@alphaforge/forge/sessions/session-view";
import { type AttemptView, blockedBy, type TaskView } from "@alphaforge/forge/sessions/task-view";
import type { VerificationView } from "@alphaforge/forge/sessions/verification-view";
import { duration, roughly } from "./forge-duration.ts";
import { coderFacts, firstLine, shortBranch, shortCommit, someOf } from "./forge-event-line.ts";
import { nextSteps } from "./forge-next-step.ts";
import { spendingOf, spendingWords } from "./forge-spending.ts";
import { hanging } from "./forge-wrap.ts";

export interface StatusOptions {
  /** Columns; infinite when the report goes to no terminal. */
  readonly width: number;
  readonly colours: boolean;
  readonly now: number;
}

interface SessionReport {
  readonly session: SessionView;
  readonly orchestration: Orchestration;
  readonly tasks: readonly TaskView[];
  readonly verifying: readonly VerificationView[];
}

/** What a task is shown as: its state, and two that follow from others and from the run. */
type Shown = TaskView["state"] | "blocked" | "cut off";

/** What needs a look first, and what is done last. */
const ORDER: readonly Shown[] = ["working", "cut off", "landing", "waiting", "failed", "blocked", "pending", "landed"];
const COLOURS = {
  working: "cyan",
  landing: "cyan",
  waiting: "yellow",
  pending: "dim",
  landed: "green",
  failed: "red",
  blocked: "magenta",
  "cut off": "red",
} as const satisfies Record<Shown, string>;
const MOST_LANDED = 12;
const WIDE = 110;

/** A session in full: who works on it, every task, what lands and is verified, and the workspaces. */
export function sessionLines(report: SessionReport, options: StatusOptions): readonly string[] {
  const { session, orchestration, tasks, verifying } = report;
  const { width, now } = options;
  const landed = tasks.filter(({ state }) => state === "landed").length;
  const branches = session.branches.map(({ branch }) => shortBranch(branch)).join(", ");
  const into = session.directly ? "" : `, for ${session.target}`;
  return [
    ...hanging("", `${session.session}: ${landed} of ${tasks.length} landed on ${branches}${into}`, width),
    ...hanging("  ", runWords(session, orchestration, now), width),
    ...hanging("  ", spendingWords(spendingOf(tasks.flatMap(({ attempts }) => attempts))), width),
    ...(tasks.length === 0 ? [] : ["", ...taskLines(report, options)]),
    ...section("landing", landingLines(tasks, verifying, options), orchestration === "running"),
    ...section("workspaces", workspaceLines(tasks), orchestration === "running"),
  ];
}

/** A session that is over, in one line. */
export function sessionLine({ session, tasks }: SessionReport): string {
  const count = (state: TaskView["state"]) => tasks.filter((task) => task.state === state).length;
  const failed = count("failed") === 0 ? "" : `, ${count("failed")} failed`;
  const finalized = session.branches.findLast(({ finalized }) => finalized !== undefined)?.finalized;
  const where = finalized === undefined ? "" : `, in ${finalized.target}`;
  return `${session.session}: ${count("landed")} of ${tasks.length} landed${failed}${where}`;
}

/** Whether anything of it is left to do or to be told. */
export function isOver({ session, orchestration, tasks }: SessionReport): boolean {
  return orchestration !== "running" && nextSteps(session, tasks, orchestration).length === 0;
}

/** Who may touch what at this moment, and who waits to. */
export function claimLines(claims: readonly ClaimView[], { width, now }: StatusOptions): readonly string[] {
  if (claims.length === 0) return [];
  const rows = claims.map(({ holder, mode, state, token, grantedAt, requestedAt, globs }) => [
    visibleText(holder, 60),
    state === "held" ? `token ${token}` : "waits",
    duration(now - (grantedAt ?? requestedAt)),
    `${mode === "exclusive" ? "" : `${mode}: `}${visibleText(someGlobs(globs), 400)}`,
  ]);
  return section("claims", grid(rows, width - 2), true);
}

function someGlobs(globs: readonly string[]): string {
  const most = 6;
  return globs.slice(0, most).join(" ") + (globs.length > most ? ` and ${globs.length - most} more` : "");
}

function runWords({ run }: SessionView, orchestration: Orchestration, now: number): string {
  if (run === undefined) return "has not been run";
  const { pid, coder, model, concurrency, startedAt, ended, recorded } = run;
  const who = `${coder}${model === undefined ? "" : ` (${model})`}, up to ${concurrency} at a time`;
  if (orchestration === "running") {
    return `running for ${duration(now - startedAt)}: process ${pid}, ${who}${recorded ? ", recorded" : ""}`;
  }
  if (ended === undefined) return `was killed (process ${pid}); run the same command again, it goes on`;
  const how = { done: "ended", stopped: "was stopped", failed: "could not go on" }[ended.how];
  const reason = ended.reason === undefined ? "" : `: ${visibleText(ended.reason, 400)}`;
  return `${how} ${duration(now - ended.at)} ago, after ${duration(ended.at - startedAt)} with ${who}${reason}`;
}

function taskLines({ tasks, orchestration, verifying }: SessionReport, options: StatusOptions): readonly string[] {
  const { width, colours, now } = options;
  const blocked = blockedBy(tasks);
  const shown = (task: TaskView): Shown => {
    if (blocked.has(task.task)) return "blocked";
    const isUnderWay = ["working", "waiting", "landing"].includes(task.state);
    return isUnderWay && orchestration !== "running" ? "cut off" : task.state;
  };
  const sorted = tasks.toSorted((a, b) => ORDER.indexOf(shown(a)) - ORDER.indexOf(shown(b)));
  const landed = sorted.filter(({ state }) => state === "landed").toSorted((a, b) => b.since - a.since);
  const rest = sorted.filter(({ state }) => state !== "landed");
  const listed = [...rest, ...landed.slice(0, MOST_LANDED)];
  const titleWidth =
    width >= WIDE ? Math.min(34, Math.max(...listed.map(({ feature }) => titleOf(feature).length))) : 0;
  const states = listed.map((task) => [
    task.task,
    shown(task),
    duration(now - task.since),
    ...(titleWidth === 0 ? [] : [clipped(titleOf(task.feature), titleWidth)]),
    visibleText(detail(task, shown(task), { tasks, blocked, verifying, now }), 600),
  ]);
  const head = ["task", "state", "for", ...(titleWidth === 0 ? [] : ["feature"]), "what"];
  const paint = (row: number, column: number, cell: string): string => {
    if (!colours) return cell;
    if (row === 0) return styleText("dim", cell, { validateStream: false });
    const state = states[row - 1]?.[1] as Shown | undefined;
    return column === 1 && state !== undefined ? styleText(COLOURS[state], cell, { validateStream: false }) : cell;
  };
  const more = landed.length - MOST_LANDED;
  return [
    ...grid([head, ...states], width - 2, paint).map((line) => `  ${line}`),
    ...(more > 0 ? [`  and ${more} that landed before: see --json`] : []),
  ];
}

interface Around {
  readonly tasks: readonly TaskView[];
  readonly blocked: ReadonlyMap<string, readonly number[]>;
  readonly verifying: readonly VerificationView[];
  readonly now: number;
}

function detail(task: TaskView, shown: Shown, around: Around): string {
  const { state, attempts, refusal, tries, landed, wait } = task;
  const last = attempts.at(-1);
  if (shown === "cut off") return `${cutOffWords(state, last)}; the next run goes on with it`;
  switch (shown) {
    case "working":
      return `${stageWords(last)}, attempt ${last?.attempt ?? 1}`;
    case "landing":
      return landingWords(task, around);
    case "waiting":
      return wait === undefined ? "for its claim" : waitDetail(wait);
    case "blocked":
      return `blocked by ${around.blocked.get(task.task)?.join(", ")}`;
    case "failed":
      return `${refusalDetail(refusal)} (${counted(tries)})`;
    case "landed": {
      const made = attempts.find(({ attempt }) => attempt === landed?.attempt);
      return `${shortCommit(landed?.commit ?? "")} (${[`attempt ${landed?.attempt}`, ...coderFacts(made)].join(", ")})`;
    }
    case "pending": {
      if (refusal !== undefined)
        return `tries again after ${counted(attempts.length, "attempt")}: ${refusalDetail(refusal)}`;
      const missing = task.feature.dependsOn.filter(
        (index) => around.tasks.find((other) => other.feature.index === index)?.state !== "landed",
      );
      return missing.length === 0 ? "has not had its turn" : `after ${missing.join(", ")}`;
    }
  }
}

function cutOffWords(state: TaskView["state"], attempt: AttemptView | undefined): string {
  if (state === "waiting") return "waited for its claim";
  if (state === "landing") return "waited to land";
  return attempt?.stage === "coder" ? "its coder was at work" : "was under way";
}

function stageWords(attempt: AttemptView | undefined): string {
  switch (attempt?.stage) {
    case "coder":
      return "coder at work";
    case "coded":
      return "coder is done, its work is looked at";
    case "landing":
      return "landing what is written";
    default:
      return "getting its workspace";
  }
}

function landingWords(task: TaskView, { tasks, verifying, now }: Around): string {
  const current = verifying.find((each) => each.tasks.includes(task.task));
  if (current !== undefined) {
    const others = current.tasks.length - 1;
    const together = others === 0 ? "" : ` with ${others} more`;
    return `being verified${together} for ${duration(now - current.startedAt)}`;
  }
  return `place ${landingQueue(tasks, verifying, task.branch).indexOf(task) + 1} in the landing queue`;
}

/** Who waits to land on a branch and is not being verified, in the order in which they came. */
function landingQueue(
  tasks: readonly TaskView[],
  verifying: readonly VerificationView[],
  branch: string,
): readonly TaskView[] {
  const current = new Set(verifying.flatMap((each) => each.tasks));
  return tasks
    .filter(({ task, state, ...each }) => state === "landing" && each.branch === branch && !current.has(task))
    .toSorted((a, b) => a.since - b.since || a.feature.index - b.feature.index);
}

function waitDetail({ position, estimatedWaitMs, blockers }: NonNullable<TaskView["wait"]>): string {
  const held = blockers.map(({ holder, state, path }) =>
    state === "held" ? `${path} is held by ${holder}` : `${holder} is before it for ${path}`,
  );
  const estimate = estimatedWaitMs > 0 ? `, ${roughly(estimatedWaitMs)}` : "";
  return `place ${position}${estimate}: ${someOf(held)}`;
}

function refusalDetail(refusal: TaskView["refusal"]): string {
  return refusal === undefined ? "no reason is known" : `${refusal.stage} (${refusal.code}): ${refusal.reason}`;
}

function landingLines(
  tasks: readonly TaskView[],
  verifying: readonly VerificationView[],
  { width, now }: StatusOptions,
): readonly string[] {
  const branches = [...new Set(tasks.map(({ branch }) => branch))];
  return branches.flatMap((branch) => {
    const queue = landingQueue(tasks, verifying, branch).map(({ task }) => task);
    const current = verifying.filter((each) => each.branch === branch);
    const head = `${shortBranch(branch)}  `;
    return [
      ...current.flatMap(({ commit, tasks: batch, startedAt }) =>
        hanging(
          head,
          `verifying ${someOf(batch)} as ${shortCommit(commit)} for ${duration(now - startedAt)}`,
          width - 2,
        ),
      ),
      ...(queue.length === 0 ? [] : hanging(head, `queue: ${queue.join(", ")}`, width - 2)),
    ];
  });
}

/** Of the coders that run. Paths stand last and whole: they are there to be copied. */
function workspaceLines(tasks: readonly TaskView[]): readonly string[] {
  const rows = tasks.flatMap(({ task, state, attempts }) => {
    const { directory, ports } = attempts.at(-1) ?? {};
    if (state !== "working" || directory === undefined) return [];
    return [[task, ports === undefined ? "" : `ports ${ports.from}–${ports.to}`, visibleText(directory, 4096)]];
  });
  return grid(rows, Number.POSITIVE_INFINITY);
}

/** What a person would do next, with the commands. */
export function nextLines(reports: readonly SessionReport[], { width }: StatusOptions): readonly string[] {
  const steps = reports.flatMap(({ session, tasks, orchestration }) => nextSteps(session, tasks, orchestration));
  return steps.length === 0
    ? []
    : ["", ...steps.flatMap(({ why, command }) => hanging("", `${why}:`, width).concat(`  ${command}`))];
}

function section(title: string, lines: readonly string[], isShown: boolean): readonly string[] {
  return !isShown || lines.length === 0 ? [] : ["", title, ...lines.map((line) => `  ${line}`)];
}

const titleOf = ({ description }: TaskView["feature"]): string => visibleText(firstLine(description), 80);

function clipped(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, width - 1)}…`;
}

/** Columns as wide as their widest cell; the last takes what is left of the width, in several lines if need be. */
function grid(
  rows: readonly (readonly string[])[],
  width: number,
  paint: (row: number, column: number, cell: string) => string = (_row, _column, cell) => cell,
): readonly string[] {
  const columns = (rows[0]?.length ?? 1) - 1;
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  const left = widths.reduce((sum, each) => sum + each + 2, 0);
  return rows.flatMap((row, at) => {
    const cells = widths.map((each, column) => paint(at, column, (row[column] ?? "").padEnd(each)));
    const [first = "", ...more] = hanging(" ".repeat(left), row[columns] ?? "", Math.max(left + 20, width));
    const last = paint(at, columns, first.slice(left));
    return [`${cells.map((cell) => `${cell}  `).join("")}${last}`.trimEnd(), ...more];
  });
}

function counted(count: number, noun = "try"): string {
  return `${count} ${count === 1 ? noun : noun === "try" ? "tries" : `${noun}s`}`;
}
