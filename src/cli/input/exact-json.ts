/**
 * JSON whose numbers keep their digits: JavaScript would change a 64-bit number, or 1.10. `JSON.stringify` writes each unchanged.
 * @throws SyntaxError
 */
export function exactJson(text: string): unknown {
  return JSON.parse(text, (_key, value: unknown, context?: { source?: string }) =>
    typeof value === 'number' && context?.source !== undefined ? rawJson(context.source) : value,
  )
}

/** A duplicate name in an object of a JSON text. Readers keep only one of the values, and not all of them the same one. */
export function repeatedName(text: string): string | undefined {
  const open: Set<string>[] = []
  for (const [token, string, colon] of text.matchAll(/("(?:[^"\\]|\\.)*")(\s*:)?|[{}[\]]/g)) {
    if (token === '{' || token === '[') open.push(new Set())
    else if (token === '}' || token === ']') open.pop()
    else if (string !== undefined && colon !== undefined) {
      const name = JSON.parse(string) as string
      const names = open.at(-1)
      if (names?.has(name)) return name
      names?.add(name)
    }
  }
  return undefined
}

/** Whether it is a number that still has its digits. */
export function isExactNumber(value: unknown): boolean {
  return isRawJSON?.(value) ?? typeof value === 'number'
}

// Of ES2026; the compiler's library does not know it yet.
const { rawJSON, isRawJSON } = JSON as { rawJSON?: (text: string) => unknown; isRawJSON?: (value: unknown) => boolean }

function rawJson(source: string): unknown {
  return rawJSON ? rawJSON(source) : Number(source)
}
