/** The commands that run without oclif when nothing is unusual about their words. */
import type { Context } from '../context.ts'
import { parseHot } from './parse.ts'
import { SECRETS_GET } from './secrets-get-flags.ts'

/** What to run for these (canonical) words; nothing when oclif has to see to them. */
export function hotRun(argv: readonly string[]): ((context: Context) => Promise<void>) | undefined {
  if (argv[0] === 'secrets' && argv[1] === 'get') {
    const parsed = parseHot(SECRETS_GET, argv.slice(2))
    const [path] = parsed?.args ?? []
    if (!parsed || path === undefined) return undefined
    return async context => (await import('./secrets-get.ts')).secretsGet(context, path, parsed.flags)
  }
  return undefined
}
