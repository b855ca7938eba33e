/** The names and values of an `env_bundle` that is a JSON object of strings; undefined for any other form. */
export function bundleOf(value: string): readonly (readonly [string, string])[] | undefined {
  if (!value.trimStart().startsWith('{')) return linesOf(value)
  try {
    const entries = Object.entries(JSON.parse(value) as Record<string, unknown>)
    return entries.every((entry): entry is [string, string] => typeof entry[1] === 'string') ? entries : undefined
  } catch {
    return undefined
  }
}

const LINE = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_.-]*)\s*=\s*(.*?)\s*$/

/**
 * Lines of `NAME=value` without quotes, escapes or comments in the values; programs read those differently, so a value with them is shown
 * unchanged instead.
 */
function linesOf(value: string): [string, string][] | undefined {
  const pairs: [string, string][] = []
  for (const line of value.split(/\r?\n/)) {
    if (/^\s*(#|$)/.test(line)) continue
    const [, name, inner = ''] = LINE.exec(line) ?? []
    if (name === undefined || /["'`\\#]/.test(inner)) return undefined
    pairs.push([name, inner])
  }
  return pairs.length > 0 ? pairs : undefined
}
