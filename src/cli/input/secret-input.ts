/** The source of a secret value. Never argv without an explicit flag: other users can read a process's arguments, and shells store them. */
import { Problem } from '../../problem.ts'
import type { Context } from '../context/context.ts'
import { bytesOf } from '../context/terminal.ts'
import { argumentBytes } from './text-argument.ts'

/** Largest value in bytes of UTF-8; the server's limit, checked before anything is sent. */
const VALUE_MAX = 5 * 1024 * 1024

export interface Sources {
  /** The word given for the value: `-`, `@file`, or the value itself. */
  readonly word?: string | undefined
  readonly allowArgv?: boolean | undefined
  /** Name of an environment variable. */
  readonly fromEnv?: string | undefined
  readonly generate?: boolean | undefined
  readonly editor?: boolean | undefined
  /** Trim white space at both ends. */
  readonly trim?: boolean | undefined
  /** The name of the value in messages (default: value). */
  readonly what?: string | undefined
  /** Whether it can prompt. */
  readonly ask: boolean
}

/** The value, exactly as in its source unless `trim` is set. Throws `usage` when it is missing, empty or not text. */
export async function secretInput(context: Context, question: string, sources: Sources): Promise<string> {
  const given = [sources.word !== undefined, sources.fromEnv !== undefined, sources.generate, sources.editor].filter(Boolean)
  if (given.length > 1) throw new Problem('usage', 'The value can come from only one source.')
  const raw = await read(context, question, sources)
  const value = sources.trim ? raw.trim() : raw
  if (value === '') throw new Problem('usage', `The ${sources.what ?? 'value'} is empty.`, { hint: 'Nothing was changed.' })
  if (Buffer.byteLength(value) > VALUE_MAX) throw new Problem('request.too-large', 'A value can have at most 5 MiB.')
  return value
}

async function read(context: Context, question: string, sources: Sources): Promise<string> {
  const { word, fromEnv } = sources
  if (fromEnv !== undefined) return context.env[fromEnv] ?? missing(`The environment variable ${fromEnv} is not set.`)
  if (sources.generate) return generated()
  if (sources.editor) return sources.ask ? typed(context) : missing('An editor needs a terminal.')
  if (word !== undefined) {
    const bytes = await argumentBytes(context, word)
    return bytes === undefined ? fromArgv(context, word, sources.allowArgv === true) : utf8(bytes)
  }
  if (!context.stdin.isTTY) return utf8(await bytesOf(context.stdin))
  if (sources.ask) return context.prompts.hidden(question)
  return missing('No value given.', 'Pipe it in, or use @file, --from-env or --generate.')
}

function fromArgv(context: Context, word: string, allowed: boolean): string {
  if (!allowed) {
    const hint = 'Pipe it in, use @file or --from-env, or type it when asked; --allow-argv allows it anyway.'
    throw new Problem('usage', 'A value passed as an argument is visible to other users and stays in the shell history.', {
      hint,
    })
  }
  context.stderr.write('warning: this value was visible to other users of this machine and may be in your shell history.\n')
  return word
}

/** 256 bits, in characters that are safe in every shell and file format. */
async function generated(): Promise<string> {
  const { randomBytes } = await import('node:crypto')
  return randomBytes(32).toString('base64url')
}

async function typed(context: Context): Promise<string> {
  const { edited, editorCommand } = await import('./editor.ts')
  // Editors add a line break at the end, which is not part of the value.
  return (await edited(editorCommand(context.env))).replace(/\r?\n$/, '')
}

function utf8(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new Problem('usage', 'The value is not UTF-8 text.', {
      hint: 'Encode it first: base64 <file> | 1claw secrets set <path>',
    })
  }
}

function missing(detail: string, hint?: string): never {
  throw new Problem('usage', detail, hint === undefined ? {} : { hint })
}
