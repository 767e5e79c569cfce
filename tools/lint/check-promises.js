// `node tools/lint/check-promises.js`: every promise of docs/promises.md names the tests that keep it, and each of them
// is there and runs. A test that is still to be written is named as such; once it is written, the document must say so.
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
const DOCUMENT = "docs/promises.md";
const LISTS = { "Kept by:": "kept", "To be kept by:": "open" };

/** Promises in the order of the document, and the lines that are not understood. */
function readPromises(text) {
  const promises = [];
  const problems = [];
  let list;
  for (const [index, line] of text.split("\n").entries()) {
    const at = `${DOCUMENT}:${index + 1}`;
    const current = promises.at(-1);
    if (line.startsWith("#")) list = undefined;
    if (line.startsWith("### ")) {
      const number = /^### (\d+)\. \S/.exec(line)?.[1];
      if (number === undefined) problems.push(`${at}: a promise begins with "### <number>. <title>"`);
      promises.push({ number: Number(number), at, kept: [], open: [] });
    } else if (Object.hasOwn(LISTS, line)) {
      list = LISTS[line];
    } else if (list !== undefined && line !== "") {
      const [, file, name] = /^- `([^`]+)`: (.+)$/.exec(line) ?? [];
      if (file === undefined) problems.push(`${at}: a test is named as "- \`file\`: name of the test"`);
      else current?.[list].push({ at, file, name });
    }
  }
  return { promises, problems };
}

const literal = (name) => new RegExp(`(["'\`])${name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}\\1`, "g");

/** Whether a test of this name runs in a file with this text: it stands as a string where a call begins, not skipped. */
function hasTest(text, name) {
  const code = text.replace(/^\s*(\/\/|\/?\*).*$/gm, (comment) => " ".repeat(comment.length));
  return [...code.matchAll(literal(name))].some(({ index }) => {
    const before = code.slice(Math.max(0, index - 200), index);
    return /\(\s*$/.test(before) && !/\.(skip|todo|fails)\s*\(\s*$/.test(before);
  });
}

/** What is wrong with the document; `read(file)` gives a file's text, or undefined when there is none. */
function check(text, read) {
  const { promises, problems } = readPromises(text);
  if (promises.length === 0) problems.push(`${DOCUMENT}: no promise is found`);
  for (const [index, { number, at, kept, open }] of promises.entries()) {
    if (number !== index + 1) problems.push(`${at}: promise ${number} stands where ${index + 1} is due`);
    if (kept.length + open.length === 0) problems.push(`${at}: promise ${number} names no test`);
    for (const { at: place, file, name } of kept) {
      const there = read(file);
      if (there === undefined) problems.push(`${place}: ${file} does not exist`);
      else if (!/\.test\.ts$|conformance\.ts$/.test(file)) problems.push(`${place}: ${file} is no file of tests`);
      else if (!hasTest(there, name)) problems.push(`${place}: ${file} has no test "${name}" that runs`);
    }
    for (const { at: place, file, name } of open) {
      const there = read(file);
      if (there !== undefined && hasTest(there, name)) {
        problems.push(`${place}: "${name}" is written: name it under "Kept by:"`);
      }
    }
  }
  return { problems, promises };
}

const FILES = {
  "a.test.ts":
    'test("runs", () => {});\ntest.skip("sleeps", () => {});\n// test("is a comment")\nexpect(x).toBe("is no call");',
  "a.ts": 'call("runs");',
};
const promise = (number, lines) => `### ${number}. Title\n\nWords.\n\nKept by:\n\n${lines}\n\n`;
const RUNS = "- `a.test.ts`: runs";

/** Each is a document with one fault, and a piece of what must be said of it. */
const PLANTED = [
  [promise(1, RUNS) + promise(3, RUNS), "promise 3 stands where 2 is due"],
  [promise(1, RUNS) + promise(1, RUNS), "promise 1 stands where 2 is due"],
  [promise(1, ""), "promise 1 names no test"],
  [promise(1, "- `gone.test.ts`: runs"), "gone.test.ts does not exist"],
  [promise(1, "- `a.test.ts`: run"), 'no test "run"'],
  [promise(1, "- `a.test.ts`: sleeps"), 'no test "sleeps"'],
  [promise(1, "- `a.test.ts`: is a comment"), 'no test "is a comment"'],
  [promise(1, "- `a.ts`: runs"), "is no file of tests"],
  [promise(1, "- a.test.ts: runs"), "a test is named as"],
  [promise(1, RUNS).replace("Kept by:", "To be kept by:"), '"runs" is written'],
  ["### One. Title\n\nKept by:\n\n- `a.test.ts`: runs", "a promise begins with"],
  ["# Promises\n", "no promise is found"],
];
const LAWFUL = promise(1, RUNS) + promise(2, RUNS).replace("Kept by:", "To be kept by:").replace("runs", "will run");

function checkPlanted() {
  const read = (file) => (Object.hasOwn(FILES, file) ? FILES[file] : undefined);
  const missed = PLANTED.filter(
    ([text, said]) => !check(text, read).problems.some((problem) => problem.includes(said)),
  );
  return [
    ...missed.map(([, said]) => `planted fault "${said}" was not found: the check does not bite`),
    ...check(LAWFUL, read).problems.map((problem) => `what is planted as lawful is objected to: ${problem}`),
  ];
}

const read = (file) => (existsSync(join(root, file)) ? readFileSync(join(root, file), "utf8") : undefined);
const { problems: found, promises } = check(read(DOCUMENT) ?? "", read);
const problems = [...found, ...checkPlanted()];
if (problems.length > 0) {
  process.stderr.write(`${problems.join("\n")}\n${problems.length} problems with promises\n`);
  process.exit(1);
}
const kept = promises.flatMap((each) => each.kept).length;
const open = promises.flatMap((each) => each.open).length;
process.stdout.write(
  `promises: ${promises.length} with ${kept} tests, ${open} tests still to be written, ${PLANTED.length} planted faults found\n`,
);
