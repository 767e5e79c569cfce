import { resolve } from "node:path";
import type { Command } from "commander";
import type { App } from "../../command.ts";
import { size } from "../../format.ts";
import { clock, stopwatch } from "../../system.ts";

interface Options {
  readonly out?: string;
  readonly forge?: boolean;
  readonly json?: boolean;
}

/** `alphaforge db backup`: one file with everything that a desk or a forge has. */
export function define(command: Command, app: App): void {
  command
    .description("write a desk's database, or the forge's, into one file; it may go on running")
    .argument("[desk]", "the desk's name")
    .option("--forge", "the forge of the repository that this is called in, instead of a desk")
    .option("--out <file>", "where to; a new file below $ALPHAFORGE_HOME/backups when absent")
    .option("--json", "print one JSON document")
    .addHelpText(
      "after",
      `
All tables as they are at one moment, packed, with checksums and the hash of the ledger. Read by
its owner alone. The candle archive, the desk's file and its token are not in it.

Examples:
  alphaforge db backup arena
  alphaforge db backup arena --out /mnt/safe/arena.afbackup`,
    )
    .action(async (name: string | undefined, { out, forge = false, json }: Options) => {
      const elapsed = stopwatch();
      const { backupPath, backupSubject } = await import("../../compose/backup-subject.ts");
      const { programVersion } = await import("../../compose/program-version.ts");
      const { writeBackup } = await import("@alphaforge/core/store/backup/write-backup");
      const subject = await backupSubject(app, name, forge);
      const written = await subject
        .withStore((store) =>
          writeBackup({
            connect: () => store.connect(),
            sources: subject.sources,
            kind: subject.kind,
            name: subject.name,
            program: programVersion(),
            path: out === undefined ? backupPath(app.config.home, subject, clock.now()) : resolve(out),
            facts: subject.facts,
            clock,
            signal: app.signal,
            onTable: (table, index, of) => app.progress(`backup of ${subject.title}: ${table} (${index + 1} of ${of})`),
          }),
        )
        .finally(() => app.progress(undefined));
      const { path, bytes, manifest } = written;
      const seconds = Math.round(elapsed()) / 1000;
      for (const table of manifest.leftOut) app.warn(`table ${table} is not alphaforge's and is not in the backup`);
      const rows = manifest.tables.reduce((sum, table) => sum + table.rows, 0);
      if (json) {
        const { kind, takenAt, facts, leftOut } = manifest;
        const tables = manifest.tables.length;
        app.print(
          JSON.stringify({
            file: path,
            kind,
            name: subject.name,
            takenAt,
            bytes,
            tables,
            rows,
            ...facts,
            leftOut,
            seconds,
          }),
        );
        return;
      }
      app.print(
        `${path}: ${subject.title} as of ${manifest.takenAt}, ${rows} rows of ${manifest.tables.length} tables, ${size(bytes)}, ${seconds.toFixed(1)} s`,
      );
      for (const [fact, value] of Object.entries(manifest.facts)) app.print(`${fact} ${value}`);
    });
}
