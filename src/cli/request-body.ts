import { readFileSync } from 'node:fs'
import { Problem } from '../problem.ts'
import type { Context } from './context.ts'
import { bytesOf } from './terminal.ts'

interface BodyFlags {
  readonly field?: readonly string[] | undefined
  readonly input?: string | undefined
}

/** The JSON text of a raw request; nothing when no flag gives one. Throws `usage`. */
export async function bodyOf(context: Context, { field, input }: BodyFlags): Promise<string | undefined> {
  if (input !== undefined) return checked(await textOf(context, input))
  if (!field) return undefined
  const pairs: [string, unknown][] = []
  for (const word of field) {
    const at = word.indexOf('=')
    if (at < 1) throw new Problem('usage', 'A field is written as key=value.')
    pairs.push([word.slice(0, at), await meaning(context, word.slice(at + 1))])
  }
  return JSON.stringify(Object.fromEntries(pairs))
}

async function meaning(context: Context, word: string): Promise<unknown> {
  if (word === '-') return textOf(context, '-')
  if (word.startsWith('@')) return textOf(context, word.slice(1))
  // Only what JSON reads differently from text: a bare word stays a string.
  if (!/^(true|false|null|-?\d+(\.\d+)?|[[{].*)$/s.test(word)) return word
  try {
    return JSON.parse(word)
  } catch {
    return word
  }
}

async function textOf(context: Context, file: string): Promise<string> {
  if (file === '-') return (await bytesOf(context.stdin)).toString('utf8')
  try {
    return readFileSync(file, 'utf8')
  } catch {
    throw new Problem('usage', `The file ${file} cannot be read.`)
  }
}

function checked(text: string): string {
  try {
    JSON.parse(text)
    return text
  } catch {
    throw new Problem('usage', 'The input is not JSON.')
  }
}
