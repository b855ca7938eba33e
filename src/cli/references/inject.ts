import { Problem } from '../../problem.ts'
import { readReferences, type Secret, type Source, vaultOf } from './read.ts'
import { resolvedText } from './resolve.ts'
import { filtered, type Piece, templatePieces } from './template.ts'

type Slot = Extract<Piece, { reference: unknown }>

/** A filled template, and its values for masking. */
export interface Injected {
  readonly text: string
  readonly values: readonly string[]
}

/**
 * Fills in a template.
 * @throws Problem `usage` for invalid syntax, before anything is read; otherwise the errors of reading
 */
export async function injected(source: Source, template: string, file: string): Promise<Injected> {
  const pieces = templatePieces(template, file)
  const slots = pieces.filter(piece => 'reference' in piece)
  const needed = slots.filter(slot => !hasDefault(slot))
  const secrets = await readReferences(
    source,
    needed.map(({ reference }) => reference),
  )
  const read = new Map<Slot, Secret | undefined>(needed.map((slot, index) => [slot, secrets[index]]))
  for (const slot of slots.filter(hasDefault)) read.set(slot, await readIfThere(source, slot))
  const values: string[] = []
  const texts = pieces.map(piece => {
    if (!('reference' in piece)) return piece.text
    const value = slotValue(piece, read.get(piece))
    const text = filtered(value, piece.filters) ?? ''
    if (value !== undefined) values.push(value, text)
    return text
  })
  return { text: texts.join(''), values: [...new Set(values)] }
}

function hasDefault({ filters }: Slot): boolean {
  return filters.some(({ name }) => name === 'default')
}

/** A missing vault is still an error, and so is a secret that the caller cannot read. */
async function readIfThere(source: Source, { reference }: Slot): Promise<Secret | undefined> {
  await vaultOf(source, reference)
  return unlessAbsent(async () => (await readReferences(source, [reference]))[0])
}

function slotValue(slot: Slot, secret: Secret | undefined): string | undefined {
  if (!secret) return undefined
  try {
    return resolvedText(secret, slot.reference)
  } catch (error) {
    if (isAbsent(error) && hasDefault(slot)) return undefined
    throw error instanceof Problem ? new Problem(error.code, `${slot.where}: ${error.message}`, error.extras) : error
  }
}

async function unlessAbsent<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work()
  } catch (error) {
    if (isAbsent(error)) return undefined
    throw error
  }
}

function isAbsent(error: unknown): boolean {
  return error instanceof Problem && error.code === 'resource.unknown'
}
