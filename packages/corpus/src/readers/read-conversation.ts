import { findByPlace } from "../by-place.ts";
import type { Conversation } from "../conversation.ts";
import type { Trajectory } from "../trajectory.ts";
import { isFields, type Reader } from "./reader.ts";
import { TurnBuilder } from "./turn-builder.ts";

export type Readers = ReadonlyMap<string, Reader>;

/** The readers that there are, by the agent's name. */
export function findReaders(): Promise<Readers> {
  return findByPlace<Reader>(new URL(".", import.meta.url), "reader");
}

/** What a plain command printed is one text; objects of a shape that nobody knows are counted. */
const plainReader: Reader = {
  read: (messages, turns) => {
    for (const { payload, at } of messages) {
      if (typeof payload === "string") turns.say({ type: "text", text: `${payload}\n` }, at);
      else turns.skip("message of an unknown agent");
    }
  },
};

/** The turns of a trajectory, its prompt first. */
export function readConversation(readers: Readers, trajectory: Trajectory): Conversation {
  const turns = new TurnBuilder();
  turns.hear("user", trajectory.prompt, trajectory.startedAt);
  // Turn 0 is the prompt, however it was recorded.
  const messages = trajectory.messages.filter(({ turn }) => turn > 0);
  (readers.get(trajectory.agent) ?? plainReader).read(messages, turns);
  const conversation = turns.build();
  const model = trajectory.model ?? conversation.model;
  // Some streams list names alone, which no template can show.
  const tools = trajectory.tools?.every(isFields) ? trajectory.tools : conversation.tools;
  return { ...conversation, ...(model === undefined ? {} : { model }), ...(tools === undefined ? {} : { tools }) };
}
