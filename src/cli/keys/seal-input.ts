import { Problem } from '../../problem.ts'
import type { Context } from '../context/context.ts'
import { secretInput } from '../input/secret-input.ts'

/** A passphrase as the settings read it from a file: everything but the final line break. Throws `usage`. */
export async function passphraseInput(
  context: Context,
  question: string,
  word: string | undefined,
  ask: boolean,
): Promise<string> {
  const text = (await secretInput(context, question, { word, ask, what: 'passphrase' })).replace(/\r?\n$/, '')
  if (text === '') throw new Problem('usage', 'The passphrase is empty.')
  return text
}

/** A new passphrase; a person types it twice. Throws `usage`. */
export async function newPassphrase(context: Context, word: string | undefined, ask: boolean): Promise<string> {
  const passphrase = await passphraseInput(context, 'New passphrase', word, ask)
  if (word !== undefined || !context.stdin.isTTY) return passphrase
  if ((await context.prompts.hidden('New passphrase again')) === passphrase) return passphrase
  throw new Problem('usage', 'The two passphrases differ.', { hint: 'Nothing was changed.' })
}

/** The shares in a text, separated by spaces or lines. */
export function sharesIn(text: string): string[] {
  return text.split(/\s+/).filter(Boolean)
}
