import { fs } from '../context/builtins.ts'
import type { Context } from '../context/context.ts'
import { coloured } from '../context/terminal.ts'
import { ROOT } from '../context/version.ts'

/** The width of the pages in columns; on a narrower terminal oclif wraps them again. */
export const HELP_COLUMNS = 80

/** The line above the page of a command, by the words of the command. */
export const headOf = (words: string): string => `── ${words} `.padEnd(HELP_COLUMNS, '─')

/**
 * The page of one command (`secrets list --help`), from the file of all pages that is generated with the program (`npm run golden`): oclif
 * would have to load its libraries and the descriptions of all commands for it. Undefined for anything else, and for a command with
 * subcommands.
 */
export function helpPage(argv: readonly string[]): string | undefined {
  const words = argv.slice(0, -1)
  if (!['--help', '-h'].includes(argv.at(-1) ?? '') || words.length === 0 || !words.every(word => /^[a-z][a-z-]*$/.test(word)))
    return
  const pages = fs.readFileSync(`${ROOT}/bin/help.txt`, 'utf8')
  const name = words.join(' ')
  const head = `${headOf(name)}\n\n`
  const start = pages.indexOf(head)
  if (start < 0 || pages.includes(`\n── ${name} `, start + head.length)) return
  const end = pages.indexOf('\n── ', start + head.length)
  return pages.slice(start + head.length, end < 0 ? undefined : end)
}

/** Prints a page with oclif's styles: bold headings, and underlined values of flags. */
export function showHelp({ stdout, env }: Pick<Context, 'stdout' | 'env'>, page: string): void {
  stdout.write(coloured(stdout, env) ? styled(page) : page)
}

/**
 * The page with escape codes for its styles. Choices of values (`a
 * b`) have none.
 */
export function styled(page: string): string {
  return page
    .replace(/^[A-Z][A-Z ]*$/gm, heading => `\u001b[1m${heading}\u001b[22m`)
    .replace(
      /^( +(?:-\w, )?--[\w-]+=)([^\s|]+(?: [^\s|]+)*)(?= {2}|$)/gm,
      (_, flag: string, value: string) => `${flag}\u001b[4m${value}\u001b[24m`,
    )
}
