import { z } from "zod";

/** The format that this program writes, and the newest that it reads. */
export const BACKUP_FORMAT = 1;

/** PostgreSQL's own limit for names; what our migrations call things is plainer still. */
const name = z.string().regex(/^[a-z_][a-z0-9_]{0,62}$/);
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.number().int().nonnegative();
/** It becomes part of a statement: spans of time and the default partition, and nothing else. */
const bound = z.string().regex(/^(FOR VALUES FROM \('[-0-9 :.+]+'\) TO \('[-0-9 :.+]+'\)|DEFAULT)$/);

const table = z.strictObject({
  name,
  columns: z.array(name).min(1),
  rows: count,
  /** Where its frame lies in the file, and how long it is. */
  offset: count,
  bytes: count,
  /** Of the frame, as it is stored. */
  stored: sha256,
  /** Of the rows, in COPY's text format. */
  contents: sha256,
  /** Null for a table that is no partition. */
  partition: z.strictObject({ parent: name, bound }).nullable(),
});

export const backupManifestSchema = z.strictObject({
  format: z.literal(BACKUP_FORMAT),
  /** Of the program that wrote it. */
  program: z.string(),
  /** What it is a backup of: "desk" and the desk's name, "forge" and the repository's id. */
  kind: z.enum(["desk", "forge"]),
  name: z.string(),
  /** By the machine's clock, ISO 8601. */
  takenAt: z.iso.datetime(),
  migrations: z.array(z.strictObject({ source: z.string(), file: z.string(), checksum: sha256 })).min(1),
  tables: z.array(table),
  sequences: z.array(z.strictObject({ name, last: z.string().regex(/^-?\d+$/), isCalled: z.boolean() })),
  /** What the domain says of the whole ("ledger", "lastSeq"), to be the same once restored. */
  facts: z.record(z.string(), z.union([z.string(), z.number()])),
  /** Tables of the schema that no migration makes: they are not in the backup. */
  leftOut: z.array(z.string()),
});

/** What a backup says about itself: all that can be known without unpacking it. */
export type BackupManifest = z.output<typeof backupManifestSchema>;
export type BackupTable = z.output<typeof table>;
