import { Problem } from '../../../problem.ts'
import type { Variable } from '../names.ts'

/**
 * JSON for `dotnet user-secrets set`, and a `secrets.json`: as in .NET's environment, two underscores separate the sections of a key.
 * @throws Problem `usage` for two keys that are equal for .NET, which ignores case
 */
export function dotnet(variables: readonly Variable[]): string {
  const seen = new Map<string, string>()
  const entries = variables.map(({ name, value, origin }) => {
    const key = name.replaceAll('__', ':')
    const other = seen.get(key.toLowerCase())
    if (other !== undefined) {
      throw new Problem('usage', `${other} and ${origin} would both be the key ${key}, which .NET compares without case.`, {
        hint: 'Leave one out with --exclude.',
      })
    }
    seen.set(key.toLowerCase(), origin)
    return [key, value] as const
  })
  return `${JSON.stringify(Object.fromEntries(entries), undefined, 2)}\n`
}
