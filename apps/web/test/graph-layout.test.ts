import fc from "fast-check";
import { expect, test } from "vitest";
import { type GraphTask, layOutGraph } from "../components/forge/graph-layout.ts";

const LOOSE = { width: 100, height: 20, rowGap: 4, columnGap: 30, isPacked: false };
const sizes = fc.boolean().map((isPacked) => ({ ...LOOSE, isPacked }));

/** Dependencies lead to earlier tasks, to none, and now and then to one that is not there. */
const graphs = fc.array(fc.array(fc.nat(60), { maxLength: 4 }), { maxLength: 60 }).map((all): readonly GraphTask[] =>
  all.map((links, at) => ({
    index: at + 1,
    dependsOn: links.map((link) => (link % 7 === 0 ? 1_000 + link : link % (at + 1))).filter((link) => link > 0),
  })),
);

test("every task is drawn once, right of all that it waits for, and none lies on another", () => {
  fc.assert(
    fc.property(graphs, sizes, (tasks, size) => {
      const { nodes, width, height } = layOutGraph(tasks, size);
      expect(nodes.map(({ index }) => index).sort((a, b) => a - b)).toEqual(tasks.map(({ index }) => index));
      const byIndex = new Map(nodes.map((node) => [node.index, node]));
      for (const { index, dependsOn } of tasks)
        for (const other of dependsOn) {
          const before = byIndex.get(other);
          if (before) expect(before.x + size.width).toBeLessThan(byIndex.get(index)?.x ?? 0);
        }
      for (const a of nodes) {
        expect(a.x >= 0 && a.y >= 0 && a.x + size.width <= width && a.y + size.height <= height).toBe(true);
        for (const b of nodes)
          if (a !== b)
            expect(Math.abs(a.x - b.x) >= size.width || Math.abs(a.y - b.y) >= size.height - 0.001).toBe(true);
      }
    }),
  );
});

test("there is one edge for each dependency that there is, from its right side to the other's left", () => {
  fc.assert(
    fc.property(graphs, sizes, (tasks, size) => {
      const known = new Set(tasks.map(({ index }) => index));
      const { edges } = layOutGraph(tasks, size);
      const wanted = tasks.flatMap(({ index, dependsOn }) =>
        [...new Set(dependsOn)].filter((other) => known.has(other)).map((other) => `${other}>${index}`),
      );
      expect(edges.map(({ from, to }) => `${from}>${to}`).sort()).toEqual(wanted.sort());
      for (const { path } of edges) expect(path).toMatch(/^M[\d.-]+ [\d.-]+(C[^M]+)+m-5 -3\.5l5 3\.5l-5 3\.5$/);
    }),
  );
});

test("a cycle, which no spec has, is drawn all the same", () => {
  const { nodes } = layOutGraph(
    [
      { index: 1, dependsOn: [2] },
      { index: 2, dependsOn: [1] },
    ],
    LOOSE,
  );
  expect(nodes).toHaveLength(2);
});
