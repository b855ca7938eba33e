import { randomBytes } from 'node:crypto'

/** A secret that can be recognised in any encoding. */
export function newCanary(kind: string): string {
  return `${kind}-canary-${randomBytes(12).toString('hex')}`
}

/** The encodings of a canary that occur in a text. */
export function tracesOf(canary: string, text: string): string[] {
  const bytes = Buffer.from(canary)
  // The base64 form of a text depends on its offset within a longer one, so the search is for its middle part at each of three offsets.
  const base64 = [0, 1, 2].map(offset =>
    Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .slice(4, -4),
  )
  const forms = {
    plain: canary,
    hex: bytes.toString('hex'),
    utf16: bytes.toString('utf16le'),
    reversed: [...canary].reverse().join(''),
    ...Object.fromEntries(base64.map((form, offset) => [`base64 at ${offset}`, form])),
  }
  const lower = text.toLowerCase()
  return Object.entries(forms)
    .filter(([name, form]) => (name.startsWith('base64') ? text.includes(form) : lower.includes(form.toLowerCase())))
    .map(([name]) => name)
}
