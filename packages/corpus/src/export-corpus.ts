import { OperationalError } from "@alphaforge/core/errors";
import { CorpusWriter, type Manifest } from "./corpus-writer.ts";
import { type DedupeMode, Deduplicator } from "./filters/deduplicator.ts";
import { passes, type SampleFilter } from "./filters/sample-filter.ts";
import { type SplitRatios, splitOf } from "./filters/split.ts";
import type { ProjectionOptions, Projector } from "./projectors/projector.ts";
import { type CorpusRecord, type Envelope, envelopeOf, RECORD_VERSION } from "./record.ts";
import { EscapedTooDeeply } from "./redaction/escapes.ts";
import { type Redacted, type Redactor, SecretLeft } from "./redaction/redactor.ts";
import { given, type Sample } from "./sample.ts";
import type { DiffSource } from "./trajectory.ts";

export interface ExportRequest {
  readonly samples: AsyncIterable<Sample>;
  readonly file: string;
  readonly format: string;
  readonly projector: Projector;
  readonly projection: ProjectionOptions;
  /** Without rules nothing is taken out, and every record says so. */
  readonly redactor: Redactor;
  readonly filter: SampleFilter;
  readonly dedupe: DedupeMode;
  readonly splits: SplitRatios;
  /** Whether records carry the landed diff. */
  readonly includeDiff: boolean;
  readonly diffs?: DiffSource;
  readonly project?: string;
  readonly programVersion: string;
  /** Machine time (ms) that provenance gives. */
  readonly now: number;
  readonly signal?: AbortSignal;
}

/**
 * Reader → filter → projector → redactor → splitter → JSONL, one sample at a time. Either every record is written and
 * searched clean, or there is no file.
 * @throws OperationalError naming the record that must not leave, or the place that cannot be written
 */
export async function exportCorpus(request: ExportRequest): Promise<Manifest> {
  const { redactor, dedupe, splits } = request;
  const writer = await CorpusWriter.open(request.file);
  const counts = new Counts();
  try {
    const seen = new Deduplicator(dedupe);
    for await (const sample of request.samples) {
      request.signal?.throwIfAborted();
      counts.read += 1;
      if (!passes(request.filter, sample)) {
        counts.filtered += 1;
        continue;
      }
      const finalDiff = await diffOf(request, sample);
      const record = recordOf(request, sample, finalDiff);
      const redacted = await redact(redactor, sample, { record, finalDiff });
      const { value, counts: kinds } = redacted;
      const written = value as { record: CorpusRecord; finalDiff?: string };
      const prompt = (envelopeOf(written.record) as Envelope).prompt;
      if (request.projector.verbatim) await searchPieces(redactor, sample, written.record);
      if (seen.isRepeated({ prompt, finalDiff: written.finalDiff })) {
        counts.repeated += 1;
        continue;
      }
      counts.add(sample, splitOf(sample.taskId, splits), kinds, finalDiff !== undefined);
      await writer.write(JSON.stringify(written.record));
    }
    return await writer.finish({
      format: request.format,
      arguments: request.projection.arguments,
      record_version: RECORD_VERSION,
      created_at: new Date(request.now).toISOString(),
      program_version: request.programVersion,
      redaction: ruleNames(redactor),
      splits: Object.fromEntries(splits),
      dedupe,
      ...given({ project: request.project }),
      ...counts.details(),
    });
  } catch (error) {
    await writer.discard();
    throw error;
  }
}

async function diffOf({ diffs }: ExportRequest, sample: Sample): Promise<string | undefined> {
  if (sample.finalDiff !== undefined) return sample.finalDiff;
  return sample.mergeCommitSha === undefined ? undefined : await diffs?.read(sample.mergeCommitSha);
}

function recordOf(request: ExportRequest, sample: Sample, finalDiff: string | undefined): CorpusRecord {
  const { conversation, taskId, attempt, agent } = sample;
  const id = `${request.project === undefined ? "" : `${request.project}/`}${taskId}#${attempt}`;
  const envelope: Envelope = {
    id,
    kind: sample.kind,
    task_id: taskId,
    attempt,
    format: request.format,
    split: splitOf(taskId, request.splits),
    outcome: sample.outcome,
    prompt: sample.prompt,
    ...given({
      reason: sample.reason,
      merge_commit_sha: sample.mergeCommitSha,
      final_diff: request.includeDiff ? finalDiff : undefined,
      context: sample.context,
      label: sample.label,
      not_shown: Object.keys(conversation.notShown).length === 0 ? undefined : conversation.notShown,
    }),
    provenance: {
      agent,
      started_at: new Date(sample.startedAt).toISOString(),
      exported_at: new Date(request.now).toISOString(),
      program: "alphaforge",
      program_version: request.programVersion,
      record_version: RECORD_VERSION,
      redaction: ruleNames(request.redactor),
      ...given({
        model: conversation.model,
        agent_version: conversation.agentVersion,
        ended_at: sample.endedAt === undefined ? undefined : new Date(sample.endedAt).toISOString(),
        project: request.project,
      }),
    },
  };
  const fields = request.projector.project({ id, agent, conversation, raw: sample.raw }, request.projection);
  const { envelopeField } = request.projector;
  return envelopeField === undefined ? { ...envelope, ...fields } : { ...fields, [envelopeField]: envelope };
}

async function redact(redactor: Redactor, { taskId, attempt }: Sample, value: unknown): Promise<Redacted> {
  try {
    return await redactor.redact(value);
  } catch (error) {
    if (!(error instanceof SecretLeft || error instanceof EscapedTooDeeply)) throw error;
    throw new OperationalError(
      `nothing was exported: task ${await safeName(redactor, taskId)}, attempt ${attempt}: ${error.message}; leave that task out or add a pattern for it`,
      { cause: error },
    );
  }
}

/** A task's id for an error message, which must hold no secret either. */
async function safeName(redactor: Redactor, taskId: string): Promise<string> {
  try {
    return String((await redactor.redact(taskId)).value);
  } catch {
    // The id is what cannot be redacted: it is not shown.
    return "(id withheld)";
  }
}

/** Streams cut texts into pieces: a secret that is whole in none of them is whole in what they say together. */
async function searchPieces(redactor: Redactor, sample: Sample, record: CorpusRecord): Promise<void> {
  if (sample.reread === undefined) return;
  const { turns } = sample.reread(record.messages as readonly unknown[], (envelopeOf(record) as Envelope).prompt);
  const { counts } = await redact(redactor, sample, turns);
  const kind = Object.keys(counts)[0];
  if (kind === undefined) return;
  const name = await safeName(redactor, sample.taskId);
  throw new OperationalError(
    `nothing was exported: task ${name}, attempt ${sample.attempt}: pieces of messages together make what looks like ${kind}; export in another format, or leave that task out`,
  );
}

export function ruleNames({ rules }: Redactor): readonly string[] {
  return rules.map(({ name, version }) => `${name}@${version}`);
}

type Group = "outcomes" | "agents" | "models" | "by_split" | "redacted" | "not_shown";

/** What the manifest says of a corpus. */
class Counts {
  read = 0;
  filtered = 0;
  repeated = 0;
  readonly #by: Record<Group, Record<string, number>> = {
    outcomes: {},
    agents: {},
    models: {},
    by_split: {},
    redacted: {},
    not_shown: {},
  };
  #withDiff = 0;

  add(sample: Sample, split: string, redacted: Readonly<Record<string, number>>, hasDiff: boolean): void {
    const one = (group: Group, name: string, count = 1): void => {
      this.#by[group][name] = (this.#by[group][name] ?? 0) + count;
    };
    one("outcomes", sample.outcome);
    one("agents", sample.agent);
    one("models", sample.conversation.model ?? "unknown");
    one("by_split", split);
    for (const [kind, count] of Object.entries(redacted)) one("redacted", kind, count);
    for (const [kind, count] of Object.entries(sample.conversation.notShown)) one("not_shown", kind, count);
    if (hasDiff) this.#withDiff += 1;
  }

  details(): Record<string, unknown> {
    const { read, filtered, repeated } = this;
    return { read, filtered, repeated, with_diff: this.#withDiff, ...this.#by };
  }
}
