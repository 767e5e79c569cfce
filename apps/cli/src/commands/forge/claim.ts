import { OperationalError } from "@alphaforge/core/errors";
import { type Command, Option } from "commander";
import type { App } from "../../command.ts";
import { readDuration } from "../../read-duration.ts";

interface ClaimOptions {
  readonly mode: "exclusive" | "shared" | "intent";
  readonly for: number;
  readonly wait?: boolean;
  readonly as?: string;
  readonly json?: boolean;
}

/** `alphaforge forge claim`: keeps coders away from paths while a person or a script works on them. */
export function define(command: Command, app: App): void {
  command
    .description("claim paths for yourself, so that no coder is given them meanwhile")
    .argument("<paths...>", "files, directories or globs")
    .addOption(
      new Option("--mode <mode>", "what others may do there meanwhile")
        .choices(["exclusive", "shared", "intent"])
        .default("exclusive"),
    )
    .addOption(
      new Option("--for <time>", "how long it lasts, such as 90s, 30m, 2h or 1d")
        .argParser(readDuration)
        .default(3_600_000, "1h"),
    )
    .option("--wait", "wait until it is granted; Ctrl-C leaves the queue")
    .option("--as <name>", "who holds it (otherwise the user that you are logged in as)")
    .option("--json", "print one JSON document")
    .addHelpText(
      "after",
      `
Modes: with exclusive nobody else works there; with shared others may hold it shared too, and
nobody works there; intent is shown to others and stops nobody.

A path counts from the repository's root, or, when it begins with ./ or ../, from the directory
that you are in. A directory is all that is in it. A name that is there is that file, also if it
holds *, ? or [. A path through a symlink claims both the path and what it leads to.

Nobody keeps the claim up for you: it ends when --for is over, or with alphaforge forge release
TOKEN. It keeps coders of the forge away, not programs that know nothing of it.

Exit codes: 0 granted, 1 not granted and, without --wait, withdrawn, 2 asked wrongly.

Examples:
  alphaforge forge claim src/core/db.ts 'docs/**'         both, or none of them
  alphaforge forge claim src/old.ts src/new.ts            a rename is both its paths
  alphaforge forge claim ./ --for 2h --wait               the directory that you are in
  git diff --name-only main | xargs alphaforge forge claim --json`,
    )
    .action(async (words: string[], options: ClaimOptions) => {
      const [{ claimForUser }, { blockedLines, claimJson, grantedLines, queueText }] = await Promise.all([
        import("../../compose/claim-for-user.ts"),
        import("../../reports/claim-lines.ts"),
      ]);
      const answer = await claimForUser(app, {
        words,
        mode: options.mode,
        forMs: options.for,
        ...(options.as === undefined ? {} : { name: options.as }),
        wait: options.wait === true,
        onWait: (wait) => app.progress(`waiting: ${queueText(wait)}`),
      }).finally(() => app.progress(undefined));
      if (answer.granted) {
        app.print(
          options.json
            ? JSON.stringify({ granted: true, claim: claimJson(answer.claim) })
            : grantedLines(answer.claim).join("\n"),
        );
        return;
      }
      const { globs, wait } = answer;
      app.print(
        options.json ? JSON.stringify({ granted: false, globs, ...wait }) : blockedLines(globs, wait).join("\n"),
      );
      throw new OperationalError(`not granted (${queueText(wait)}): add --wait to wait for it`);
    });
}
