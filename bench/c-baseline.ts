import { type ChildProcessByStdio, execFile, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const SOURCE = fileURLToPath(new URL("./baseline/", import.meta.url));
const COMPILERS = ["cc", "gcc", "clang"];
const FLAGS = ["-O2", "-std=c11"];

/** Equal lengths; the baseline reads these four columns. */
export interface BaselineSeries {
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
}

/** The program of `baseline/`, compiled and waiting with the series in its memory. `work` is an indicator or "rank N". */
export interface Baseline {
  /** "cc -O2". */
  readonly name: string;
  /** Nanoseconds of `passes` over all series. It takes its own time: no pipe is in it. */
  time(work: string, passes: number): Promise<number>;
  /** All outputs, in the order in which they are made. */
  outputs(work: string): Promise<Float64Array>;
  /** Ends the program and removes what was compiled. */
  close(): void;
}

/** Why there is nothing to compare with on this machine. */
export interface NoBaseline {
  readonly absent: string;
  close(): void;
}

/** Compiles the baseline and gives it the series; or says why it cannot be had here. */
export async function openBaseline(series: readonly BaselineSeries[]): Promise<Baseline | NoBaseline> {
  const compiler = COMPILERS.find((name) => spawnSync(name, ["--version"], { stdio: "ignore" }).status === 0);
  if (compiler === undefined) return none(`there is no compiler on the PATH (${COMPILERS.join(", ")})`);
  const bytes = bytesOf(series);
  const directory = mkdtempSync(join(tmpdir(), "alphaforge-baseline-"));
  try {
    const program = join(directory, "baseline");
    const sources = readdirSync(SOURCE).filter((name) => name.endsWith(".c"));
    await promisify(execFile)(compiler, [...FLAGS, "-o", program, ...sources, "-lm"], { cwd: SOURCE });
    writeFileSync(join(directory, "series"), bytes);
    // In its directory, for what it is told is split at blanks, and the directory's name may have one.
    const child = spawn(program, ["series"], { cwd: directory, stdio: ["pipe", "pipe", "inherit"] });
    await once(child, "spawn");
    return new CompiledBaseline(`${compiler} ${FLAGS[0]}`, directory, child);
  } catch (error) {
    rmSync(directory, { recursive: true, force: true });
    const lines = ((error as { stderr?: string }).stderr || String(error)).trim().split("\n");
    const telling = lines.find((line) => line.includes("error")) ?? lines[0];
    return none(`${compiler} makes nothing of bench/baseline that runs: ${telling}`);
  }
}

function none(reason: string): NoBaseline {
  return { absent: `no ratios to C: ${reason}`, close: () => undefined };
}

function bytesOf(series: readonly BaselineSeries[]): Uint8Array {
  const length = series[0]?.close.length ?? 0;
  const values = new Float64Array(2 + 4 * length * series.length);
  values.set([series.length, length]);
  series.forEach(({ high, low, close, volume }, i) => {
    [high, low, close, volume].forEach((column, place) => {
      if (column.length !== length) throw new RangeError(`series ${i} has ${column.length} candles, not ${length}`);
      values.set(column, 2 + (4 * i + place) * length);
    });
  });
  return new Uint8Array(values.buffer);
}

class CompiledBaseline implements Baseline {
  readonly name: string;
  readonly #directory: string;
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: AsyncIterator<string>;

  constructor(name: string, directory: string, child: ChildProcessByStdio<Writable, Readable, null>) {
    this.name = name;
    this.#directory = directory;
    this.#child = child;
    // Its end shows as the end of its answers.
    child.stdin.on("error", () => undefined);
    this.#lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  }

  async time(work: string, passes: number): Promise<number> {
    return Number(await this.#ask(`time ${work} ${passes}`));
  }

  async outputs(work: string): Promise<Float64Array> {
    await this.#ask(`show ${work} outputs`);
    const bytes = readFileSync(join(this.#directory, "outputs"));
    return new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
  }

  close(): void {
    this.#child.stdin.end();
    rmSync(this.#directory, { recursive: true, force: true });
  }

  async #ask(line: string): Promise<string> {
    this.#child.stdin.write(`${line}\n`);
    const answer = await this.#lines.next();
    if (answer.done) throw new Error(`the C baseline ended at "${line}"`);
    return answer.value;
  }
}
