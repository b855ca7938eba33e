/** The commands that run without oclif if nothing about their arguments is unusual. */
import type { Context } from '../context/context.ts'
import type { Output } from '../context/terminal.ts'
import { parseHot } from './parse.ts'

type HotRun = (context: Context) => Promise<void>

/** The handler for these (canonical) words; undefined if oclif must handle them. */
export async function hotRun(argv: readonly string[], to: Pick<Context, 'stdout'>): Promise<HotRun | undefined> {
  // The arguments after `--` are for another program.
  const asksForHelp = /^(--help|-h)$/.test(argv.at(-1) ?? '') && !argv.includes('--')
  if (asksForHelp) return help(argv, to.stdout)
  if (argv[0] === 'secrets' && argv[1] === 'get') return secretsGet(argv.slice(2))
  if (argv[0] === 'read') return read(argv.slice(1))
  if (argv[0] === 'run') return run(argv.slice(1))
  if (argv[0] === 'serve') return serve(argv.slice(1))
  return undefined
}

async function help(argv: readonly string[], { isTTY, columns }: Output): Promise<HotRun | undefined> {
  const { HELP_COLUMNS, helpPage, showHelp } = await import('./help.ts')
  if (isTTY && columns < HELP_COLUMNS) return undefined
  const page = helpPage(argv)
  return page === undefined ? undefined : async context => showHelp(context, page)
}

async function secretsGet(words: readonly string[]): Promise<HotRun | undefined> {
  const { SECRETS_GET, secretsGet } = await import('./secrets-get.ts')
  const parsed = parseHot(SECRETS_GET, words)
  return parsed && (context => secretsGet(context, parsed.args, parsed.flags))
}

async function read(words: readonly string[]): Promise<HotRun | undefined> {
  const { READ, read } = await import('./read.ts')
  const parsed = parseHot(READ, words)
  const [reference] = parsed?.args ?? []
  if (!parsed || reference === undefined) return undefined
  return context => read(context, reference, parsed.flags)
}

async function run(words: readonly string[]): Promise<HotRun | undefined> {
  const [{ RUN }, { run }] = await Promise.all([import('../flags/run-flags.ts'), import('./run.ts')])
  const parsed = parseHot(RUN, words)
  return parsed && (context => run(context, parsed.args, parsed.rest, parsed.flags))
}

async function serve(words: readonly string[]): Promise<HotRun | undefined> {
  const { SERVE, serve } = await import('./serve.ts')
  const parsed = parseHot(SERVE, words)
  return parsed && (context => serve(context, parsed.flags))
}
