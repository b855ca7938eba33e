/** What the server reads of a message that it wrote itself. */
export interface ReadMessage {
  /** The id of its delivery. */
  readonly id: string
  readonly to: string
  readonly subject: string
  readonly text: string
}

/** Reads a message that `messageOf` and nodemailer have written: its plain text (RFC 2046). Undefined for anything else. */
export async function readMessage(bytes: Uint8Array): Promise<ReadMessage | undefined> {
  // Loaded at the first use: only servers without SMTP have messages to read.
  const { default: PostalMime } = await import('postal-mime')
  const { messageId, to, subject = '', text } = await PostalMime.parse(bytes)
  const [, id] = /^<([0-9a-f-]{36})@/.exec(messageId ?? '') ?? []
  const address = to?.[0]?.address
  if (id === undefined || address === undefined || text === undefined) return undefined
  // The line break before the next boundary belongs to the boundary (RFC 2046 §5.1.1), but the library keeps it.
  return { id, to: address, subject, text: text.replace(/\n$/, '') }
}
