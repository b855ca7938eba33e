import { Problem } from '../../problem.ts'
import { textOfBytes } from '../context/text-file.ts'
import { exactJson, repeatedName } from '../input/exact-json.ts'
import { isRecord, recordsOf, type Source } from './entry.ts'

/** Tools whose files can be read. */
export const ORIGINS = [
  'dotenv',
  'json',
  'yaml',
  '1password',
  'doppler',
  'infisical',
  'vault',
  'bitwarden',
  'aws',
  'kubernetes',
] as const
export type Origin = (typeof ORIGINS)[number]

/** A file to be read, and its name for messages and for guessing what it is. */
export interface File {
  readonly name: string
  readonly bytes: Uint8Array
}

/**
 * What a file holds.
 * @param origin the tool it is from; guessed from its name and content when absent
 * @throws Problem `usage` for a file that cannot be understood; it repeats nothing of its content.
 */
export async function sourceOf(file: File, origin: Origin | undefined): Promise<Source & { readonly origin: Origin }> {
  const found = origin ?? (await guessed(file))
  return { ...(await READERS[found](file)), origin: found }
}

const READERS: Record<Origin, (file: File) => Promise<Source>> = {
  dotenv: async file => (await import('./sources/dotenv.ts')).dotenvSource(textIn(file)),
  json: async file => (await import('./sources/tree.ts')).treeSource(json(file)),
  yaml: async file => (await import('./sources/tree.ts')).treeSource((await yaml(file))[0]),
  '1password': async file => {
    const { onePasswordCsv, onePasswordPux } = await import('./sources/one-password.ts')
    return isZip(file) ? onePasswordPux(file.bytes) : onePasswordCsv(textIn(file))
  },
  doppler: async file => (await import('./sources/tools.ts')).dopplerSource(json(file)),
  infisical: async file => (await import('./sources/tools.ts')).infisicalSource(json(file)),
  vault: async file => (await import('./sources/tools.ts')).vaultSource(json(file)),
  bitwarden: async file => (await import('./sources/bitwarden.ts')).bitwardenSource(json(file)),
  aws: async file => (await import('./sources/tools.ts')).awsSource(json(file)),
  kubernetes: async file => {
    const documents = /^\s*[{[]/.test(textIn(file)) ? [json(file)] : await yaml(file)
    return (await import('./sources/kubernetes.ts')).kubernetesSource(documents)
  },
}

async function guessed(file: File): Promise<Origin> {
  if (isZip(file)) return '1password'
  const text = textIn(file)
  if (/\.csv$/i.test(file.name)) return '1password'
  if (/\.ya?ml$/i.test(file.name)) return /^kind:\s*(Secret|List)\b/m.test(text) ? 'kubernetes' : 'yaml'
  return /\.json$/i.test(file.name) || /^\s*[{[]/.test(text) ? ofJson(json(file)) : 'dotenv'
}

function ofJson(value: unknown): Origin {
  if (Array.isArray(value)) return 'infisical'
  if (!isRecord(value)) return 'json'
  if (value['kind'] === 'Secret' || recordsOf(value['items']).some(({ kind }) => kind === 'Secret')) return 'kubernetes'
  if (typeof value['encrypted'] === 'boolean') return 'bitwarden'
  if ('SecretString' in value || 'SecretBinary' in value || 'SecretValues' in value) return 'aws'
  if ('lease_id' in value && 'data' in value) return 'vault'
  const members = Object.values(value)
  if ('DOPPLER_CONFIG' in value || (members.length > 0 && members.every(each => isRecord(each) && 'computed' in each)))
    return 'doppler'
  return 'json'
}

function isZip({ bytes }: File): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b
}

function textIn({ bytes, name }: File): string {
  return textOfBytes(bytes, name)
}

function json(file: File): unknown {
  try {
    const text = textIn(file)
    const value = exactJson(text)
    const repeated = repeatedName(text)
    if (repeated === undefined) return value
    throw new Problem('usage', `${file.name} has the name ${JSON.stringify(repeated)} twice in the same object.`, {
      hint: 'Remove the one that does not count.',
    })
  } catch (error) {
    if (error instanceof Problem) throw error
    throw new Problem('usage', `${file.name} is not valid JSON.`)
  }
}

/** Scalars as they are written: 010, 1.10 and yes are texts. */
async function yaml(file: File): Promise<unknown[]> {
  const { parseAllDocuments } = await import('yaml')
  const documents = parseAllDocuments(textIn(file), { schema: 'failsafe' })
  return [...documents].map(document => {
    const [fault] = document.errors
    if (!fault) return resolved(document, file.name)
    const line = fault.linePos?.[0].line
    throw new Problem('usage', `${file.name} is not valid YAML${line === undefined ? '' : ` (line ${line})`}.`)
  })
}

/** A few lines can stand for gigabytes: the parser counts how often aliases are filled in. */
function resolved(document: { toJS(): unknown }, name: string): unknown {
  try {
    return document.toJS()
  } catch {
    throw new Problem('usage', `${name} has aliases that lead nowhere, or stand for too much.`)
  }
}
