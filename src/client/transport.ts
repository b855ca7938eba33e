/** One HTTP exchange, below JSON and authentication. */
export interface HttpRequest {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string | undefined
  readonly signal: AbortSignal
}

/** An uninterpreted reply. */
export interface HttpReply {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/**
 * How requests travel. `send` resolves for every status and rejects only if there is no answer; when `signal` aborts, it rejects with the
 * signal's reason. Redirects are not followed: a token must not be sent to a host that the user did not name.
 */
export interface Transport {
  send(request: HttpRequest): Promise<HttpReply>
  close(): Promise<void>
}

/** Larger replies are refused: no operation has one (`secrets.read-many` stops at 20 MiB of values). */
const REPLY_MAX_BYTES = 64 * 1024 * 1024

/** Reads a reply's body as UTF-8. Throws if it is longer than any operation's. */
export async function textOf(body: AsyncIterable<Uint8Array>): Promise<string> {
  // `stream: true` keeps a character together that is split between two chunks; a leading BOM is part of a value and is kept.
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  let text = ''
  let bytes = 0
  for await (const chunk of body) {
    bytes += chunk.byteLength
    if (bytes > REPLY_MAX_BYTES) throw new Error('the response is too large')
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}
