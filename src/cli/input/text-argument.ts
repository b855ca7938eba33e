/**
 * Reads arguments that name their content: `@file` is a file, `-` is stdin.
 */
import { readFileSync } from 'node:fs'
import { Problem } from '../../problem.ts'
import type { Context } from '../context/context.ts'
import { unreadable } from '../context/system-error.ts'
import { bytesOf } from '../context/terminal.ts'
import { within } from '../context/working-folder.ts'

/** The placeholder in the help of a flag that also accepts the text itself. */
export const TEXT_HELP = '<text|@file|->'

const AT_HINT = '@ names a file. To pass text that begins with @, use - and pipe it in.'

/** The bytes that an argument names; undefined if it is the content itself. Throws `usage`. */
export async function argumentBytes(context: Context, word: string): Promise<Buffer | undefined> {
  if (word === '-') return bytesOf(context.stdin)
  return word.startsWith('@') ? contentOf(context, word.slice(1), AT_HINT) : undefined
}

/** The text that an argument is or names, unchanged. Throws `usage`, also if it is not UTF-8. */
export async function argumentText(context: Context, word: string): Promise<string> {
  const bytes = await argumentBytes(context, word)
  return bytes === undefined ? word : utf8(bytes)
}

/** The same without surrounding white space, which editors and `echo` add; undefined without an argument. */
export async function trimmedArgument<T extends string | undefined>(context: Context, word: T): Promise<T | string> {
  return word === undefined ? word : (await argumentText(context, word)).trim()
}

/**
 * The text of a file, by its name; `-` is stdin, and a leading `@` is accepted. Throws `usage`.
 */
export async function fileText(context: Context, name: string): Promise<string> {
  return utf8((await argumentBytes(context, name)) ?? contentOf(context, name))
}

/** The content of a file. Throws `usage`. */
export function contentOf(context: Pick<Context, 'cwd'>, file: string, hint?: string): Buffer {
  try {
    return readFileSync(within(context.cwd, file))
  } catch (error) {
    throw new Problem('usage', `Cannot read the file ${file}: ${unreadable(error)}.`, hint === undefined ? {} : { hint })
  }
}

function utf8(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new Problem('usage', 'The input is not UTF-8 text.')
  }
}
