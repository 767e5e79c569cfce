import { UserError } from "@alphaforge/core/errors";
import type { StoredEvent } from "@alphaforge/core/log/event-log";
import { readTrajectory } from "@alphaforge/forge/recording/read-trajectory";
import { FORGE_EVENT_TYPES, type ForgeEvent, taskStream } from "@alphaforge/forge/sessions/forge-events";
import { readSessions, readTasks } from "@alphaforge/forge/sessions/read-views";
import type { TaskView } from "@alphaforge/forge/sessions/task-view";
import { choices } from "../nearest.ts";
import type { AttemptStory } from "../reports/forge-attempt-lines.ts";
import type { OpenForge } from "./forge-place.ts";
import { consistentRead } from "./forge-views.ts";
import { redaction } from "./forge-views-redaction.ts";

/** A forge's event with the stream that it stands in. */
export type StreamedEvent = ForgeEvent & { readonly stream: string };

/** What has happened in a forge, redacted as it leaves the database; of one session when one is named. */
export async function forgeHistory(forge: OpenForge, named: string | undefined) {
  const redact = redaction(forge.config);
  const { sessions, tasks } = await consistentRead(forge.store, async (client) => ({
    sessions: await readSessions(client),
    tasks: await readTasks(client),
  }));
  const names = sessions.map(({ session }) => session);
  if (named !== undefined && !names.includes(named)) {
    const there = names.length === 0 ? "nothing has been run here yet" : choices(named, names);
    throw new UserError(`there is no session ${JSON.stringify(named)}: ${there}`);
  }
  const views = new Map(tasks.map((task) => [task.task, task]));

  /** Streams name what they are of: sessions/<session>, tasks/<session>.<index>, landings/<branch of the session>. */
  function isAsked(stream: string): boolean {
    if (named === undefined) return true;
    const [kind = "", ...rest] = stream.split("/");
    const of = rest.join("/");
    if (kind === "sessions") return of === named;
    if (kind === "tasks") return of.slice(0, of.lastIndexOf(".")) === named;
    const branches = sessions.find(({ session }) => session === named)?.branches ?? [];
    return branches.some(({ branch }) => branch === of);
  }

  return {
    /** The latest `limit`, oldest first. */
    async latest(limit: number): Promise<readonly StreamedEvent[]> {
      const found: StreamedEvent[] = [];
      for await (const event of forge.log.read({ types: FORGE_EVENT_TYPES, backwards: true })) {
        if (isAsked(event.stream)) found.push(typed(event));
        if (found.length >= limit) break;
      }
      return found.reverse();
    },
    /** What comes after `seq`, until the signal aborts. */
    async *after(seq: number, signal: AbortSignal): AsyncIterable<StreamedEvent> {
      const known: ReadonlySet<string> = new Set(FORGE_EVENT_TYPES);
      for await (const event of forge.log.tail(seq + 1, signal)) {
        if (known.has(event.type) && isAsked(event.stream)) yield typed(event);
      }
    },
    /** The event's task as it is now, if it has one: what an attempt took does not change any more. */
    taskOf({ data }: ForgeEvent): TaskView | undefined {
      return "task" in data ? views.get(data.task) : undefined;
    },
    /** Throws UserError when there is none of that id. */
    task(id: string): TaskView {
      const view = views.get(id);
      if (view !== undefined) return view;
      const there = views.size === 0 ? "nothing has been run here yet" : choices(id, [...views.keys()].slice(0, 200));
      throw new UserError(`there is no task ${JSON.stringify(id)}: ${there}`);
    },
    /** A task's attempts with what only the log holds of them; `withSaid`: also every message. */
    async attempts(task: TaskView, withSaid: boolean): Promise<readonly AttemptStory[]> {
      const coded = new Map<number, Extract<ForgeEvent, { type: "attempt.coded" }>["data"]>();
      for await (const event of forge.forge.read({ stream: taskStream(task.task) })) {
        if (event.type === "attempt.coded") coded.set(event.data.attempt, event.data);
      }
      const stories: AttemptStory[] = [];
      for (const attempt of task.attempts) {
        const recorded = await readTrajectory(forge.log, { taskId: task.task, attempt: attempt.attempt });
        const { lastWords, reason } = coded.get(attempt.attempt) ?? {};
        const said = recorded?.messages.slice(1).map(({ at, payload }) => ({ at, payload }));
        stories.push({
          attempt: { ...attempt, ...(await safeRefusal(attempt.refusal)) },
          ...(recorded === undefined ? {} : { prompt: await redact(recorded.prompt), agent: recorded.agent }),
          ...(lastWords === undefined || lastWords === "" ? {} : { lastWords: await redact(lastWords) }),
          ...(reason === undefined ? {} : { coderReason: await redact(reason) }),
          ...(said === undefined || !withSaid ? {} : { said: await Promise.all(said.map(safeMessage)) }),
        });
      }
      return stories;
    },
    redact,
  };

  async function safeMessage({ at, payload }: { readonly at: number; readonly payload: unknown }) {
    return { at, payload: await redact(payload) };
  }

  async function safeRefusal(refusal: TaskView["refusal"]) {
    if (refusal === undefined) return {};
    const { output, reason } = refusal;
    const safe = { ...refusal, reason: await redact(reason) };
    return { refusal: output === undefined ? safe : { ...safe, output: await redact(output) } };
  }
}

const typed = (event: StoredEvent): StreamedEvent => event as unknown as StreamedEvent;
