/** The text of a body, or undefined when it is longer than `most` bytes: what is too long is not read to its end. */
export async function readUpTo(body: ReadableStream<Uint8Array> | null, most: number): Promise<string | undefined> {
  const decoder = new TextDecoder();
  let text = "";
  let length = 0;
  for await (const chunk of body ?? []) {
    length += chunk.length;
    if (length > most) return undefined;
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
