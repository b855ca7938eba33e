import { Problem } from '../../problem.ts'
import type { Context } from '../context/context.ts'
import { bytesOf } from '../context/terminal.ts'

/** Lines of stdin, without their ends. Throws `usage` when there are fewer than are named. */
export async function linesOfStdin(context: Context, ...names: readonly string[]): Promise<string[]> {
  const lines = (await bytesOf(context.stdin)).toString('utf8').split(/\r?\n/)
  const given = names.map((_, index) => lines[index] ?? '')
  if (given.every(line => line !== '')) return given
  throw new Problem('usage', `Stdin must hold ${names.join(' and ')}, one line each.`)
}

/** A password that is typed twice, out of sight. Throws `usage` when the two differ. */
export async function newPassword(context: Context, what: string): Promise<string> {
  const password = await context.prompts.hidden(what)
  if ((await context.prompts.hidden(`${what} again`)) !== password) throw new Problem('usage', 'The two passwords differ.')
  return password
}
