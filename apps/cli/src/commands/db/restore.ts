import { resolve } from "node:path";
import { UserError } from "@alphaforge/core/errors";
import type { Command } from "commander";
import type { App } from "../../command.ts";
import { clock, stopwatch } from "../../system.ts";

interface Options {
  readonly forge?: boolean;
  readonly replace?: boolean;
  readonly json?: boolean;
}

/** `alphaforge db restore`: what `db backup` wrote, back in a database. */
export function define(command: Command, app: App): void {
  command
    .description("put a backup into a database, checked against what was written")
    .argument("<desk|file>", "the desk's name; with --forge the file")
    .argument("[file]", "what db backup wrote")
    .option("--forge", "the forge of the repository that this is called in, instead of a desk")
    .option("--replace", "put it in the place of what is there; the desk must not run")
    .option("--json", "print one JSON document")
    .addHelpText(
      "after",
      `
Everything is loaded aside, read back and compared with the backup, brought up to this program,
and then put in its place at one stroke: a restore that fails or is killed changes nothing.

Examples:
  alphaforge db restore arena arena.afbackup
  alphaforge db restore --replace arena arena.afbackup
  alphaforge db restore --forge forge.afbackup`,
    )
    .action(async (first: string, second: string | undefined, { forge = false, replace = false, json }: Options) => {
      const elapsed = stopwatch();
      const file = forge ? first : second;
      if (file === undefined)
        throw new UserError("name the desk and the file, such as db restore arena arena.afbackup");
      if (forge && second !== undefined) throw new UserError(`with --forge name the file alone, without ${first}`);
      const { backupSubject } = await import("../../compose/backup-subject.ts");
      const { restoreBackup } = await import("@alphaforge/core/store/backup/restore-backup");
      const { readManifest } = await import("@alphaforge/core/store/backup/backup-file");
      const subject = await backupSubject(app, forge ? undefined : first, forge);
      const path = resolve(file);
      // Before there is a database: what is wrong with the file needs none.
      await readManifest(path);
      const { kind, name, title, sources, facts, lockName } = subject;
      const restored = await subject
        .withPlace((store) =>
          restoreBackup({
            connect: () => store.connect(),
            ownerOf: (client) => subject.ownerOf(client),
            ...{ kind, name, sources, facts, lockName, path, replace, clock, signal: app.signal },
            onTable: (what, index, of) => app.progress(`restore of ${title}: ${what} (${index + 1} of ${of})`),
          }),
        )
        .finally(() => app.progress(undefined));
      const { manifest, tables, rows, migratedForward, replaced } = restored;
      const seconds = Math.round(elapsed()) / 1000;
      if (json) {
        const { takenAt } = manifest;
        app.print(
          JSON.stringify({ kind, name, takenAt, tables, rows, ...manifest.facts, migratedForward, replaced, seconds }),
        );
        return;
      }
      app.print(
        `restored ${title} as of ${manifest.takenAt}: ${rows} rows of ${tables} tables, all as they were written, ${seconds.toFixed(1)} s`,
      );
      for (const [fact, value] of Object.entries(manifest.facts))
        app.print(`${fact} ${value}, the same as in the backup`);
      for (const migration of migratedForward) app.print(`applied ${migration}`);
    });
}
