"use client";

import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useRef, useState } from "react";
import type { CommandRecord } from "../../desks/agent-state.ts";
import type { Command } from "../../desks/commands.ts";
import { type CommandOutcome, newCommandKey, sendCommand } from "./send-command.ts";
import { TokenDialog } from "./token-dialog.tsx";
import { forgetToken, keepToken, keptToken } from "./worker-token.ts";

const POLL_MS = 2_000;
/** Five minutes: a desk that has not got to it by then is busy with its history, and says so at the top. */
const MOST_POLLS = 150;

type Sent = Exclude<CommandOutcome, { kind: "unauthorised" }> | { readonly kind: "cancelled" };
export type CommandState = Sent | { readonly kind: "sending" };

interface Sender {
  readonly send: (command: Command, body: unknown) => Promise<Sent>;
  readonly commands: readonly CommandRecord[];
  readonly refresh: () => void;
}

const SenderContext = createContext<Sender | null>(null);

/** Lets what is within it send commands to an agent; asks for the desk's token when none is known or it is refused. */
export function Commander(props: {
  desk: string;
  agent: string;
  /** What the desk has on record. */
  commands: readonly CommandRecord[];
  refresh: () => void;
  children: ReactNode;
}) {
  const { desk, agent, commands, refresh } = props;
  const [asking, setAsking] = useState<{ refused: boolean; answer: (token: string | null) => void }>();
  const send = useCallback(
    async (command: Command, body: unknown): Promise<Sent> => {
      const key = newCommandKey();
      let token = keptToken(desk);
      for (let refused = false; ; refused = true) {
        token ??= await new Promise<string | null>((answer) => setAsking({ refused, answer }));
        setAsking(undefined);
        if (token === null) return { kind: "cancelled" };
        const outcome = await sendCommand({ desk, agent, command, body, token, key });
        if (outcome.kind !== "unauthorised") {
          keepToken(desk, token);
          return outcome;
        }
        forgetToken(desk);
        token = null;
      }
    },
    [desk, agent],
  );
  const sender = useMemo(() => ({ send, commands, refresh }), [send, commands, refresh]);
  return (
    <SenderContext value={sender}>
      {props.children}
      {asking && <TokenDialog key={String(asking.refused)} desk={desk} {...asking} />}
    </SenderContext>
  );
}

/** Sends one kind of command, and says how it stands: also one that the desk has put off. */
export function useCommand(command: Command): {
  readonly state: CommandState | undefined;
  readonly run: (body?: unknown) => Promise<Sent>;
} {
  const sender = useContext(SenderContext);
  if (!sender) throw new Error("useCommand outside <Commander>: render the component within it");
  const { send, commands, refresh } = sender;
  const [sent, setSent] = useState<CommandState>();
  const opener = useRef<Element | null>(null);
  // A button that sends is disabled while it does, which takes the focus from it and from the dialog that gives it back.
  useEffect(() => {
    if (sent === undefined || sent.kind === "sending" || document.activeElement !== document.body) return;
    if (opener.current instanceof HTMLElement) opener.current.focus();
  }, [sent]);
  const run = useCallback(
    async (body?: unknown) => {
      opener.current = document.activeElement;
      setSent({ kind: "sending" });
      const outcome = await send(command, body);
      setSent(outcome);
      if (outcome.kind !== "cancelled") refresh();
      return outcome;
    },
    [send, command, refresh],
  );
  const id = sent && "id" in sent ? sent.id : undefined;
  const record = commands.find((known) => known.id === id);
  const pending = id !== undefined && record === undefined;
  useEffect(() => {
    if (!pending) return;
    let polls = 0;
    const timer = setInterval(() => {
      refresh();
      if (++polls >= MOST_POLLS) clearInterval(timer);
    }, POLL_MS);
    return () => clearInterval(timer);
  }, [pending, refresh]);
  if (!record) return { state: sent, run };
  const { refused } = record;
  const state: CommandState =
    refused === null ? { kind: "applied", id: record.id } : { kind: "refused", error: refused };
  return { state, run };
}
