import { Problem } from '../../problem.ts'
import type { Context } from '../context/context.ts'
import { argumentText, fileText } from './text-argument.ts'

/** Secret fields, whose values must not be in argv. */
const SECRET_FIELD = /^(value|token|code|passphrase|api_key|.*password)$/

/** The JSON text of a raw request; undefined without fields or input. Throws `usage`. */
export async function bodyOf(
  context: Context,
  fields: readonly string[] | undefined,
  input: string | undefined,
  allowArgv: boolean,
): Promise<string | undefined> {
  if (input !== undefined) return checked(await fileText(context, input))
  if (!fields) return undefined
  const pairs: [string, unknown][] = []
  for (const word of fields) {
    const at = word.indexOf('=')
    if (at < 1) throw new Problem('usage', 'A field must have the form key=value.')
    const [key, value] = [word.slice(0, at), word.slice(at + 1)]
    if (SECRET_FIELD.test(key) && !/^[@-]/.test(value)) argvRule(context, key, allowArgv)
    pairs.push([key, await meaning(context, value)])
  }
  return JSON.stringify(Object.fromEntries(pairs))
}

function argvRule(context: Context, key: string, allowed: boolean): void {
  if (!allowed) {
    const hint = `Use -f ${key}=- for stdin or -f ${key}=@file; --allow-argv allows it anyway.`
    throw new Problem('usage', `${key} passed as an argument is visible to other users and stays in the shell history.`, { hint })
  }
  context.stderr.write(`warning: ${key} was visible to other users of this machine and may be in your shell history.\n`)
}

async function meaning(context: Context, word: string): Promise<unknown> {
  if (word === '-' || word.startsWith('@')) return argumentText(context, word)
  // Only where JSON differs from text: a bare word stays a string.
  if (!/^(true|false|null|-?\d+(\.\d+)?|[[{].*)$/s.test(word)) return word
  try {
    return JSON.parse(word)
  } catch {
    return word
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
