import { describe, expect, test } from "vitest";
import { commandWords } from "./command-words.ts";

describe("a command line is split as a shell splits it", () => {
  test.each<readonly [string, readonly string[]]>([
    ["aider --message-file {promptFile} --yes", ["aider", "--message-file", "{promptFile}", "--yes"]],
    ["  a   b  ", ["a", "b"]],
    [`say 'two words' "and \\"these\\""`, ["say", "two words", 'and "these"']],
    ["a\\ b c\\\\d", ["a b", "c\\d"]],
    [`x '' "" y`, ["x", "", "", "y"]],
    [`--flag='a b'c`, ["--flag=a bc"]],
    [`'$HOME \\n' "\\n"`, ["$HOME \\n", "\\n"]],
  ])("%s", (line, words) => expect(commandWords(line)).toEqual(words));

  test("nothing of it is run: a semicolon is a character", () => {
    expect(commandWords("a; rm -rf $(pwd)")).toEqual(["a;", "rm", "-rf", "$(pwd)"]);
  });

  test("a quote without its end is named", () => {
    expect(() => commandWords("a 'b")).toThrow("a quote ' without its end");
  });
});
