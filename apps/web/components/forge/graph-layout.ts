/** What a layout needs of a task. */
export interface GraphTask {
  readonly index: number;
  readonly dependsOn: readonly number[];
}

export interface NodeSize {
  readonly width: number;
  readonly height: number;
  /** Between nodes of a column, and between columns. */
  readonly rowGap: number;
  readonly columnGap: number;
  /** Columns without holes, all from the top, rather than tasks beside what they wait for. */
  readonly isPacked: boolean;
}

export interface NodePlace {
  readonly index: number;
  /** Longest way from a task without dependencies. */
  readonly level: number;
  readonly x: number;
  readonly y: number;
}

export interface EdgePath {
  readonly from: number;
  readonly to: number;
  /** An SVG path, arrow included. */
  readonly path: string;
}

export interface GraphLayout {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly NodePlace[];
  readonly edges: readonly EdgePath[];
  /** Where those stand that neither depend on a task nor are depended on; undefined when there are none. */
  readonly looseFrom: number | undefined;
}

/** A node, or the place in a column where edges from `source` to later columns pass. */
interface Slot {
  readonly source: number;
  readonly isNode: boolean;
  readonly height: number;
  y: number;
}

const MARGIN = 8;
const PASS_HEIGHT = 6;
const LOOSE_COLUMNS = 6;
const LOOSE_LABEL = 28;
const SWEEPS = 4;

/**
 * Tasks in columns by dependency level, ordered so that few edges cross; an edge over several columns passes between
 * the nodes. Tasks without any edge stand in rows below. Unknown dependencies are left out; those of a cycle, which no
 * spec has, draw no column further right.
 */
export function layOutGraph(tasks: readonly GraphTask[], size: NodeSize): GraphLayout {
  const known = new Set(tasks.map(({ index }) => index));
  const dependencies = new Map(
    tasks.map(({ index, dependsOn }) => [
      index,
      [...new Set(dependsOn)].filter((other) => other !== index && known.has(other)),
    ]),
  );
  const level = levelsOf(dependencies);
  const depended = new Set([...dependencies.values()].flat());
  const isLoose = (index: number) => !depended.has(index) && dependencies.get(index)?.length === 0;
  const joined = tasks.filter(({ index }) => !isLoose(index)).map(({ index }) => index);
  const loose = tasks.filter(({ index }) => isLoose(index)).map(({ index }) => index);

  const columns = columnsOf(joined, dependencies, level, size);
  const left = leftNeighbours(columns, dependencies);
  orderColumns(columns, left);
  if (size.isPacked) packRows(columns, size);
  else placeRows(columns, left, size);

  const slots = columns.flat();
  const top = Math.min(...slots.map(({ y }) => y), Number.POSITIVE_INFINITY);
  for (const slot of slots) slot.y += MARGIN - top;
  const step = size.width + size.columnGap;
  const nodes: NodePlace[] = [];
  columns.forEach((column, at) => {
    for (const { source, isNode, y } of column)
      if (isNode) nodes.push({ index: source, level: at, x: MARGIN + at * step, y });
  });
  const edges = edgesOf(columns, dependencies, level, size);
  let bottom = Math.max(0, ...slots.map(({ y, height }) => y + height));

  const looseFrom = loose.length > 0 ? bottom + (joined.length > 0 ? MARGIN : 0) : undefined;
  const perRow = Math.max(LOOSE_COLUMNS, columns.length);
  const looseStep = size.width + size.rowGap * 2;
  loose.forEach((index, at) => {
    const x = MARGIN + (at % perRow) * looseStep;
    const row = Math.floor(at / perRow);
    const y = (looseFrom ?? 0) + LOOSE_LABEL + row * (size.height + size.rowGap);
    nodes.push({ index, level: 0, x, y });
    bottom = Math.max(bottom, y + size.height);
  });
  const right = Math.max(0, ...nodes.map(({ x }) => x + size.width));
  return { width: right + MARGIN, height: bottom + MARGIN, nodes, edges, looseFrom };
}

function levelsOf(dependencies: ReadonlyMap<number, readonly number[]>): ReadonlyMap<number, number> {
  const level = new Map<number, number>();
  const dependents = new Map<number, number[]>();
  const open = new Map<number, number>();
  for (const [index, all] of dependencies) {
    open.set(index, all.length);
    for (const other of all) dependents.set(other, [...(dependents.get(other) ?? []), index]);
  }
  const ready = [...open].filter(([, count]) => count === 0).map(([index]) => index);
  for (const index of ready) {
    const own = Math.max(-1, ...(dependencies.get(index) ?? []).map((other) => level.get(other) ?? -1)) + 1;
    level.set(index, own);
    for (const next of dependents.get(index) ?? []) {
      const count = (open.get(next) ?? 0) - 1;
      open.set(next, count);
      if (count === 0) ready.push(next);
    }
  }
  return level;
}

function columnsOf(
  joined: readonly number[],
  dependencies: ReadonlyMap<number, readonly number[]>,
  level: ReadonlyMap<number, number>,
  size: NodeSize,
): Slot[][] {
  const columns: Slot[][] = [];
  const column = (at: number): Slot[] => {
    while (columns.length <= at) columns.push([]);
    return columns[at] as Slot[];
  };
  /** The last column that an edge of the task reaches. */
  const reach = new Map<number, number>();
  for (const index of joined)
    for (const source of dependencies.get(index) ?? [])
      reach.set(source, Math.max(reach.get(source) ?? 0, level.get(index) ?? 0));
  for (const source of joined) {
    const own = level.get(source) ?? 0;
    column(own).push({ source, isNode: true, height: size.height, y: 0 });
    for (let at = own + 1; at < (reach.get(source) ?? 0); at++)
      column(at).push({ source, isNode: false, height: PASS_HEIGHT, y: 0 });
  }
  return columns;
}

/** For each slot, those in the column before that its edges come from. */
function leftNeighbours(
  columns: readonly Slot[][],
  dependencies: ReadonlyMap<number, readonly number[]>,
): ReadonlyMap<Slot, readonly Slot[]> {
  const left = new Map<Slot, readonly Slot[]>();
  columns.forEach((column, at) => {
    const before = new Map((columns[at - 1] ?? []).map((slot) => [slot.source, slot]));
    for (const slot of column) {
      const sources = slot.isNode ? (dependencies.get(slot.source) ?? []) : [slot.source];
      left.set(
        slot,
        sources.flatMap((source) => before.get(source) ?? []),
      );
    }
  });
  return left;
}

/** Sweeps to and fro, each column by the mean place of its neighbours in the one before. */
function orderColumns(columns: readonly Slot[][], left: ReadonlyMap<Slot, readonly Slot[]>): void {
  const right = new Map<Slot, Slot[]>();
  for (const [slot, sources] of left)
    for (const source of sources) right.set(source, [...(right.get(source) ?? []), slot]);
  const sweep = (column: Slot[], beside: Slot[] | undefined, neighbours: ReadonlyMap<Slot, readonly Slot[]>) => {
    const place = new Map((beside ?? []).map((slot, at) => [slot, at]));
    const own = new Map(column.map((slot, at) => [slot, at]));
    const wish = (slot: Slot): number => {
      const all = neighbours.get(slot) ?? [];
      if (all.length === 0) return own.get(slot) ?? 0;
      return all.reduce((sum, other) => sum + (place.get(other) ?? 0), 0) / all.length;
    };
    const wishes = new Map(column.map((slot) => [slot, wish(slot)]));
    column.sort((a, b) => (wishes.get(a) ?? 0) - (wishes.get(b) ?? 0));
  };
  for (let round = 0; round < SWEEPS; round++) {
    for (let at = 1; at < columns.length; at++) sweep(columns[at] as Slot[], columns[at - 1], left);
    for (let at = columns.length - 2; at >= 0; at--) sweep(columns[at] as Slot[], columns[at + 1], right);
  }
}

/** Each slot as near to the middle of what leads to it as those above it allow. */
function placeRows(columns: readonly Slot[][], left: ReadonlyMap<Slot, readonly Slot[]>, size: NodeSize): void {
  for (const column of columns) {
    let bottom = Number.NEGATIVE_INFINITY;
    let drift = 0;
    let wished = 0;
    for (const slot of column) {
      const sources = left.get(slot) ?? [];
      const middle = sources.reduce((sum, { y, height }) => sum + y + height / 2, 0) / sources.length;
      const wish = sources.length > 0 ? middle - slot.height / 2 : Number.isFinite(bottom) ? bottom + size.rowGap : 0;
      slot.y = Math.max(wish, bottom + size.rowGap);
      if (sources.length > 0) {
        drift += slot.y - wish;
        wished += 1;
      }
      bottom = slot.y + slot.height;
    }
    // Pushing goes down only: half of it is given back to the whole column.
    if (wished > 0) for (const slot of column) slot.y -= drift / wished;
  }
}

/** Each column from the top, without holes. */
function packRows(columns: readonly Slot[][], size: NodeSize): void {
  for (const column of columns) {
    let y = 0;
    for (const slot of column) {
      slot.y = y;
      y += slot.height + size.rowGap;
    }
  }
}

function edgesOf(
  columns: readonly Slot[][],
  dependencies: ReadonlyMap<number, readonly number[]>,
  level: ReadonlyMap<number, number>,
  size: NodeSize,
): readonly EdgePath[] {
  const bySource = columns.map((column) => new Map(column.map((slot) => [slot.source, slot])));
  const step = size.width + size.columnGap;
  const leftOf = (at: number) => MARGIN + at * step;
  const text = (value: number) => String(Math.round(value * 10) / 10);
  const edges: EdgePath[] = [];
  for (const [to, sources] of dependencies)
    for (const from of sources) {
      const [start, end] = [level.get(from), level.get(to)];
      if (start === undefined || end === undefined || end <= start) continue;
      let path = "";
      for (let at = start; at <= end; at++) {
        const slot = bySource[at]?.get(at === end ? to : from);
        if (!slot) continue;
        const y = text(slot.y + slot.height / 2);
        const x = leftOf(at);
        if (at === start) path += `M${text(x + size.width)} ${y}`;
        else {
          const middle = text(x - size.columnGap / 2);
          const before = bySource[at - 1]?.get(from);
          path += `C${middle} ${text((before?.y ?? 0) + (before?.height ?? 0) / 2)} ${middle} ${y} ${text(x)} ${y}`;
          if (at < end) path += `h${text(size.width)}`;
          else path += `m-5 -3.5l5 3.5l-5 3.5`;
        }
      }
      edges.push({ from, to, path });
    }
  return edges;
}
