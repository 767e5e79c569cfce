"use client";

import { useTranslations } from "next-intl";
import { type KeyboardEvent, memo, useMemo, useRef, useState } from "react";
import type { TaskNode } from "../../forges/forge-state.ts";
import { spelledOut } from "../format/hidden-characters.ts";
import { type GraphLayout, layOutGraph, type NodePlace, type NodeSize } from "./graph-layout.ts";
import { StateMark } from "./state-mark.tsx";
import { useKindTitle } from "./use-kind-title.ts";

const ROOMY: NodeSize = { width: 200, height: 52, rowGap: 12, columnGap: 46, isPacked: false };
const DENSE: NodeSize = { width: 184, height: 26, rowGap: 6, columnGap: 48, isPacked: true };
/** More than these are drawn in one line each. */
const MANY = 40;

/** The node that an arrow key leads to: in its column up and down, in the nearest column to the left and right. */
function neighbour(nodes: readonly NodePlace[], from: NodePlace, key: string): NodePlace | undefined {
  const sideways = key === "ArrowLeft" || key === "ArrowRight";
  const forward = key === "ArrowRight" || key === "ArrowDown";
  const ahead = ({ x, y }: NodePlace) => {
    const along = sideways ? x - from.x : y - from.y;
    return (forward ? along > 0 : along < 0) && (sideways || x === from.x);
  };
  const distance = ({ x, y }: NodePlace) => Math.abs(x - from.x) * 4 + Math.abs(y - from.y);
  return nodes.filter(ahead).reduce<NodePlace | undefined>((best, node) => {
    return best === undefined || distance(node) < distance(best) ? node : best;
  }, undefined);
}

interface Props {
  readonly tasks: readonly TaskNode[];
  /** Tasks that the reader looks for; the others are dimmed. */
  readonly shown: ReadonlySet<string>;
  readonly onOpen: (task: string) => void;
}

/** The tasks with what each waits for. One stop for the Tab key; arrows go from node to node, Enter opens one. */
export function TaskGraph({ tasks, shown, onOpen }: Props) {
  const t = useTranslations("forge");
  const size = tasks.length > MANY ? DENSE : ROOMY;
  // Dependencies rarely change, states all the time: the layout is kept until they do.
  const shape = JSON.stringify(tasks.map(({ index, dependsOn }) => [index, ...dependsOn]));
  const layout = useMemo((): GraphLayout => {
    const read = JSON.parse(shape) as number[][];
    return layOutGraph(
      read.map(([index = 0, ...dependsOn]) => ({ index, dependsOn })),
      size,
    );
  }, [shape, size]);
  const byIndex = useMemo(() => new Map(tasks.map((task) => [task.index, task])), [tasks]);
  const [active, setActive] = useState<number | null>(null);
  const [stop, setStop] = useState<number | null>(null);
  const svg = useRef<SVGSVGElement>(null);
  const tabStop = stop !== null && byIndex.has(stop) ? stop : layout.nodes[0]?.index;

  const onKeyDown = (event: KeyboardEvent<SVGSVGElement>) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const at = layout.nodes.find(({ index }) => index === tabStop);
    const next = at && event.key.startsWith("Arrow") ? neighbour(layout.nodes, at, event.key) : undefined;
    if (!event.key.startsWith("Arrow")) return;
    event.preventDefault();
    event.stopPropagation();
    if (!next) return;
    const button = svg.current?.querySelector<HTMLElement>(`[data-node="${next.index}"]`);
    button?.focus({ preventScroll: true });
    button?.scrollIntoView({ block: "nearest", inline: "nearest" });
  };

  return (
    <div className="panel max-h-[44rem] overflow-auto" data-testid="graph">
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset cannot hold a drawing */}
      <svg
        ref={svg}
        role="group"
        aria-label={t("graph")}
        width={layout.width}
        height={layout.height}
        viewBox={`0 0 ${layout.width} ${layout.height}`}
        className="mx-auto block max-w-none"
        onKeyDown={onKeyDown}
        onPointerLeave={() => setActive(null)}
      >
        <g className="task-edges" data-dense={size === DENSE}>
          {layout.edges.map(({ from, to, path }) => {
            const source = byIndex.get(from);
            const met = source?.state === "landed" ? "true" : isLost(source) ? "never" : "false";
            return (
              <path
                key={`${from}-${to}`}
                d={path}
                className="task-edge"
                data-met={met}
                data-active={active === from || active === to}
              />
            );
          })}
          {layout.looseFrom !== undefined && layout.edges.length > 0 && (
            <text x="8" y={layout.looseFrom + 18} fill="var(--muted)" fontSize="11">
              {t("loose")}
            </text>
          )}
        </g>
        {layout.nodes.map(({ index, x, y }) => {
          const task = byIndex.get(index);
          return (
            task && (
              <foreignObject key={index} x={x} y={y} width={size.width} height={size.height}>
                <Node
                  task={task}
                  dense={size === DENSE}
                  isStop={index === tabStop}
                  isDim={!shown.has(task.task)}
                  onOpen={onOpen}
                  onActive={setActive}
                  onStop={setStop}
                />
              </foreignObject>
            )
          );
        })}
      </svg>
    </div>
  );
}

const isLost = (task: TaskNode | undefined): boolean => task?.state === "failed" || task?.state === "blocked";

const Node = memo(function Node(props: {
  task: TaskNode;
  dense: boolean;
  isStop: boolean;
  isDim: boolean;
  onOpen: (task: string) => void;
  onActive: (index: number | null) => void;
  onStop: (index: number) => void;
}) {
  const { task } = props;
  const t = useTranslations("forge");
  const kind = useKindTitle()(task);
  const title = spelledOut(task.title);
  const stage = task.stage && task.state === "working" ? t(`stages.${task.stage}`) : null;
  const state = t(`states.${task.state}`);
  const number = `#${task.index}`;
  // Begins with what is seen: whoever speaks to the page says that.
  const seen = !props.dense
    ? [number, kind, state, title]
    : task.kind === "core"
      ? [number, kind, title]
      : [number, title];
  const rest = props.dense ? [state, task.kind === "core" ? null : kind, stage] : [stage];
  const label = [seen.join(" "), ...rest].filter((part) => part !== null).join(", ");
  return (
    <button
      type="button"
      className="task-node"
      data-node={task.index}
      data-state={task.state}
      data-kind={task.kind}
      data-dim={props.isDim}
      tabIndex={props.isStop ? 0 : -1}
      aria-label={label}
      title={task.reason === null ? label : `${label}: ${spelledOut(task.reason)}`}
      onClick={() => props.onOpen(task.task)}
      onFocus={() => {
        props.onStop(task.index);
        props.onActive(task.index);
      }}
      onBlur={() => props.onActive(null)}
      onPointerEnter={() => props.onActive(task.index)}
    >
      {/* The spaces are for whoever has the text read out: in a row of boxes they are not seen. */}
      {props.dense ? (
        <span className="flex items-center gap-1.5 text-2xs">
          <StateMark state={task.state} />
          <span className="font-semibold">{number}</span>{" "}
          {task.kind === "core" && <span className="font-semibold">{`${kind} `}</span>}
          <span className="truncate">{title}</span>
        </span>
      ) : (
        <>
          <span className="flex items-center gap-1.5 text-2xs">
            <StateMark state={task.state} />
            <span className="font-semibold">{number}</span>{" "}
            <span className={task.kind === "core" ? "font-semibold" : "truncate text-muted"}>{kind}</span>{" "}
            <span className="ml-auto shrink-0 text-muted">{state}</span>
          </span>{" "}
          <span className="truncate font-medium">{title}</span>
        </>
      )}
    </button>
  );
});
