import { Problem } from '../../problem.ts'
import { bundleVariables } from '../env/bundle.ts'
import { exactJson } from '../input/exact-json.ts'

/** A secret's value, and its name in messages. */
export interface Stored {
  readonly path: string
  readonly type: string
  readonly value: string
}

/**
 * A part of a value: a variable of an `env_bundle`; a block of a PEM file; otherwise the member of a JSON object with that name, or along
 * the names between its dots. A string is returned unchanged, anything else as JSON.
 * @throws Problem `resource.unknown` if there is no such part, `usage` if the value has no parts. Neither repeats the value.
 */
export function fieldOf(secret: Stored, field: string): string {
  const found = partOf(secret, field)
  if (found !== undefined) return found
  throw new Problem('resource.unknown', `${secret.path} has no field ${JSON.stringify(field)}.`, {
    hint: 'Names are compared exactly, upper and lower case too.',
  })
}

function partOf({ path, type, value }: Stored, field: string): string | undefined {
  if (type === 'env_bundle') return bundleVariables(path, value).find(({ name }) => name === field)?.value
  const parsed = json(value)
  // A bare number is also parsed to an object, which keeps its digits. So the text must start with a bracket.
  if (typeof parsed === 'object' && parsed !== null && /^\s*[{[]/.test(value))
    return textOf(own(parsed, field) ?? walked(parsed, field.split('.')))
  if (value.includes('-----BEGIN ')) return pemPart(value, field)
  throw new Problem('usage', `${path} has no fields: its value is neither a JSON object, an env_bundle nor a PEM file.`, {
    hint: 'Leave ?field= out to get all of it.',
  })
}

function json(text: string): unknown {
  try {
    return exactJson(text)
  } catch {
    return undefined
  }
}

function own(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined
  return (value as Record<string, unknown>)[name]
}

function walked(value: unknown, [name, ...rest]: readonly string[]): unknown {
  return name === undefined ? value : walked(own(value, name), rest)
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' || value === undefined ? value : JSON.stringify(value)
}

const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----[\s\S]*?-----END \1-----\n?/g

/** `certificate` is the first one, `chain` those after it, `fullchain` all; a key is selected by its kind. */
function pemPart(pem: string, field: string): string | undefined {
  const blocks = [...pem.matchAll(BLOCK)].map(([block, label = '']) => ({
    label,
    block: block.endsWith('\n') ? block : `${block}\n`,
  }))
  const ending = (label: string) => blocks.filter(each => each.label.endsWith(label)).map(({ block }) => block)
  const certificates = ending('CERTIFICATE')
  const parts: Record<string, readonly string[]> = {
    certificate: certificates.slice(0, 1),
    chain: certificates.slice(1),
    fullchain: certificates,
    private_key: ending('PRIVATE KEY').slice(0, 1),
    public_key: ending('PUBLIC KEY').slice(0, 1),
  }
  const part = Object.hasOwn(parts, field) ? parts[field] : undefined
  return part && part.length > 0 ? part.join('') : undefined
}
