import { describe, expect, test } from "vitest";
import { deskAddresses, forgeAddresses } from "../config.ts";

describe("the list of desks", () => {
  test("keeps the order that it is given in", () => {
    const desks = [
      { name: "strike", url: "postgres://u@127.0.0.1:5432/strike" },
      { name: "arena", url: "postgres://u@%2Ftmp%2Fsocket:5432/arena", worker: "/state/arena/worker.json" },
    ];
    expect(deskAddresses({ ALPHAFORGE_DESKS: JSON.stringify(desks) })).toEqual(desks);
  });

  test("is empty when nothing is set", () => {
    expect(deskAddresses({})).toEqual([]);
  });

  test.each([
    ["not json", /ALPHAFORGE_DESKS is not JSON/],
    ['[{"name":"Arena","url":"postgres://h/d"}]', /at 0\.name: must be lower-case/],
    ['[{"name":"a","url":"http://h/d"}]', /at 0\.url/],
    ['[{"name":"a","url":"postgres://h/1"},{"name":"a","url":"postgres://h/2"}]', /names a desk twice/],
  ])("refuses %s in one line", (text, message) => {
    expect(() => deskAddresses({ ALPHAFORGE_DESKS: text })).toThrow(message);
  });

  test("never repeats a password", () => {
    const text = '[{"name":"a b","url":"postgres://user:hunter2@h/d"}]';
    expect(() => deskAddresses({ ALPHAFORGE_DESKS: text })).toThrow(/^(?!.*hunter2).*$/);
  });
});

describe("the list of forges", () => {
  test("takes a repository directory's name as it is", () => {
    const forges = [
      { name: "My shop (old).git", url: "postgres://u@127.0.0.1:5432/a" },
      { name: "店", url: "postgres://u@127.0.0.1:5432/b" },
    ];
    expect(forgeAddresses({ ALPHAFORGE_FORGES: JSON.stringify(forges) })).toEqual(forges);
    expect(forgeAddresses({ ALPHAFORGE_DESKS: "[]" })).toEqual([]);
  });

  test.each([
    ["{", /ALPHAFORGE_FORGES is not JSON/],
    ['[{"name":"a/b","url":"postgres://h/d"}]', /at 0\.name: must be a directory's name/],
    ['[{"name":"a","url":"postgres://h/1"},{"name":"a","url":"postgres://h/2"}]', /names a forge twice/],
  ])("refuses %s in one line", (text, message) => {
    expect(() => forgeAddresses({ ALPHAFORGE_FORGES: text })).toThrow(message);
  });
});
