import { createHash } from "node:crypto";
import { createReadStream, readdirSync, rmSync } from "node:fs";
import { type FileHandle, open, rename } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { constants, createZstdCompress, createZstdDecompress } from "node:zlib";
import { OperationalError, oneLine, UserError } from "../../errors.ts";
import { failpoint } from "../../failpoints.ts";
import { processState } from "../process-state.ts";
import { type BackupManifest, type BackupTable, backupManifestSchema } from "./backup-manifest.ts";

/**
 * A backup file is: this line; one zstd frame per table; the manifest as JSON; and a trailer of fixed length with the
 * manifest's length and SHA-256. The trailer is last, so a file that lacks its end is seen at once, and the manifest is
 * read without touching what is packed.
 */
const MAGIC = Buffer.from("alphaforge-backup\n");
const TRAILER_BYTES = 96;
const LARGEST_MANIFEST = 64 * 1024 * 1024;
/** zstd's own default: twice as fast as gzip at its fastest, and smaller. */
const LEVEL = 3;

const hexOf = (data: string | Buffer): string => createHash("sha256").update(data).digest("hex");

/** Writes a backup: frames one after the other, then `finish`, which gives it its name. */
export interface BackupWriter {
  /** Packs one table's rows. */
  add(rows: Readable): Promise<Pick<BackupTable, "offset" | "bytes" | "stored" | "contents">>;
  finish(manifest: BackupManifest): Promise<{ readonly bytes: number }>;
  /** Removes what there is; harmless after `finish`. */
  discard(): Promise<void>;
}

/**
 * Begins a backup at `path`, which must not exist. Until `finish` it lies beside it as a draft that only its owner can
 * read; drafts of processes that died are removed. Throws UserError for a path that is taken.
 */
export async function createBackup(path: string): Promise<BackupWriter> {
  removeDeadDrafts(path);
  const draft = `${path}.draft-${process.pid}`;
  const taken = await open(path, "r").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw new OperationalError(`cannot write ${path}: choose another place with --out`, { cause: error });
  });
  await taken?.close();
  if (taken !== undefined) throw new UserError(`${path} exists: name another file, or remove it`);
  const file = await open(draft, "wx", 0o600).catch((cause: unknown) => {
    throw new OperationalError(`cannot write ${path}: choose another place with --out`, { cause });
  });
  await file.writeFile(MAGIC);
  let position = MAGIC.length;
  let isFinished = false;
  return {
    async add(rows) {
      const offset = position;
      const contents = createHash("sha256");
      const stored = createHash("sha256");
      const hashed = new Transform({
        transform(chunk: Buffer, _encoding, done) {
          contents.update(chunk);
          done(null, chunk);
        },
      });
      const packed = createZstdCompress({ params: { [constants.ZSTD_c_compressionLevel]: LEVEL } });
      await pipeline(rows, hashed, packed, async (frames: AsyncIterable<Buffer>) => {
        for await (const frame of frames) {
          stored.update(frame);
          await file.writeFile(frame);
          position += frame.length;
        }
      });
      return { offset, bytes: position - offset, stored: stored.digest("hex"), contents: contents.digest("hex") };
    },
    async finish(manifest) {
      const text = Buffer.from(JSON.stringify(backupManifestSchema.parse(manifest)));
      await file.writeFile(text);
      await file.writeFile(trailerOf(text));
      await file.sync();
      await file.close();
      failpoint("backup.before-rename");
      await rename(draft, path);
      isFinished = true;
      await syncDirectory(dirname(path));
      return { bytes: position + text.length + TRAILER_BYTES };
    },
    async discard() {
      if (isFinished) return;
      await file.close();
      rmSync(draft, { force: true });
    },
  };
}

function trailerOf(manifest: Buffer): string {
  return `\n${String(manifest.length).padStart(12)} ${hexOf(manifest)} end of backup\n`.padStart(TRAILER_BYTES, " ");
}

/** So that the name is there after a loss of power too. */
async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, "r");
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

function removeDeadDrafts(path: string): void {
  const stem = `${basename(path)}.draft-`;
  const directory = dirname(path);
  let names: string[];
  try {
    names = readdirSync(directory);
  } catch (cause) {
    throw new OperationalError(`cannot write ${path}: make the directory, or choose another place`, { cause });
  }
  for (const name of names) {
    const pid = name.startsWith(stem) ? Number(name.slice(stem.length)) : Number.NaN;
    if (Number.isInteger(pid) && processState(pid) === undefined) rmSync(join(directory, name), { force: true });
  }
}

/**
 * The manifest of the backup at `path`, checked against its trailer; nothing is unpacked. Throws UserError for what is
 * no backup, one that was cut short or altered, or one of a newer format.
 */
export async function readManifest(path: string): Promise<BackupManifest> {
  const file = await open(path, "r").catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === "ENOENT") throw new UserError(`there is no file ${path}`);
    throw new OperationalError(`cannot read ${path}`, { cause });
  });
  try {
    const { size } = await file.stat();
    const head = await readAt(file, 0, Math.min(size, MAGIC.length));
    if (!head.equals(MAGIC)) throw new UserError(`${path} is no backup of alphaforge`);
    const trailer = (await readAt(file, Math.max(0, size - TRAILER_BYTES), Math.min(size, TRAILER_BYTES))).toString();
    const [, length, hash] = /^ *\n *(\d+) ([0-9a-f]{64}) end of backup\n$/.exec(trailer) ?? [];
    const start = size - TRAILER_BYTES - Number(length);
    if (length === undefined || start < MAGIC.length || Number(length) > LARGEST_MANIFEST) {
      throw new UserError(`${path} was cut short: its end is missing; take another copy of it`);
    }
    const text = await readAt(file, start, Number(length));
    if (hexOf(text) !== hash) throw new UserError(`${path} was altered: its list of contents is not what was written`);
    return parsed(path, text.toString());
  } finally {
    await file.close();
  }
}

function parsed(path: string, text: string): BackupManifest {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new UserError(`${path} is no backup that can be read: ${oneLine(cause)}`, { cause });
  }
  const result = backupManifestSchema.safeParse(value);
  if (result.success) return result.data;
  const { format } = value as { format?: unknown };
  if (typeof format === "number" && format > 1) {
    throw new UserError(`${path} has format ${format}, which a newer program wrote: restore it with that one`);
  }
  const issue = result.error.issues[0];
  throw new UserError(`${path} is no backup that can be read: ${issue?.path.join(".")}: ${issue?.message}`);
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}

/** Throws UserError unless every frame is what was written. Reads the file once and unpacks nothing. */
export async function verifyFrames(path: string, manifest: BackupManifest, signal?: AbortSignal): Promise<void> {
  for (const table of manifest.tables) {
    signal?.throwIfAborted();
    const hash = createHash("sha256");
    for await (const chunk of frameOf(path, table)) hash.update(chunk);
    if (hash.digest("hex") !== table.stored) {
      throw new UserError(`${path} was altered or is damaged: table ${table.name} is not what was written`);
    }
  }
}

/** A table's rows, unpacked, as COPY's text format has them. */
export function readRows(path: string, table: BackupTable): AsyncIterable<Buffer> {
  if (table.bytes === 0) return Readable.from([]);
  const source = frameOf(path, table);
  const unpacked = createZstdDecompress();
  source.on("error", (error) => unpacked.destroy(error));
  return source.pipe(unpacked);
}

function frameOf(path: string, { offset, bytes }: BackupTable): Readable {
  if (bytes === 0) return Readable.from([]);
  return createReadStream(path, { start: offset, end: offset + bytes - 1 });
}
