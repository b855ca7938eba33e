import type { Transport } from './transport.ts'

/** The browser's `fetch`, for the console; cookies and caches are not used. */
export function fetchTransport(fetch: typeof globalThis.fetch = globalThis.fetch): Transport {
  return {
    async send({ method, url, headers, body, signal }) {
      const answer = await fetch(url, {
        method,
        headers: { ...headers },
        signal,
        redirect: 'error',
        credentials: 'omit',
        cache: 'no-store',
        ...(body !== undefined && { body }),
      })
      // Not `text()`: it would drop a leading BOM, which can be part of a value.
      const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(await answer.arrayBuffer())
      return { status: answer.status, headers: Object.fromEntries(answer.headers), body: text }
    },
    async close() {},
  }
}
