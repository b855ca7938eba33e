import { Problem } from '../../problem.ts'
import { textOfBytes } from '../context/text-file.ts'
import { exactJson, repeatedName } from '../input/exact-json.ts'
import { leftOut, type Source } from './entry.ts'
import type { Origin } from './origin.ts'

/** A file to read, with its name for messages and for recognising its format. */
export interface File {
  readonly name: string
  readonly bytes: Uint8Array
}

/**
 * The content of a file.
 * @param origin the tool it is from; recognised by name and content if absent
 * @throws Problem `usage` for an invalid file; it repeats nothing of its content
 */
export async function sourceOf(file: File, origin: Origin | undefined): Promise<Source & { readonly origin: Origin }> {
  const found = origin ?? (await guessed(file))
  return { ...withoutEncrypted(await READERS[found](file)), origin: found }
}

/** The forms of encrypted values of tools, which cannot be read here. */
const ENCRYPTED: readonly { readonly is: RegExp; readonly why: string }[] = [
  { is: /^ENC\[AES256_GCM,/, why: 'SOPS has encrypted them: run `sops decrypt` first' },
  { is: /^encrypted:[\w+/=]{40,}$/, why: 'dotenvx has encrypted them: run `dotenvx decrypt` first' },
  { is: /^\$ANSIBLE_VAULT;/, why: 'Ansible has encrypted them: run `ansible-vault decrypt` first' },
]

function withoutEncrypted({ entries, notes }: Source): Source {
  const kindOf = (value: string) => ENCRYPTED.find(({ is }) => is.test(value))
  const found = Map.groupBy(entries, ({ value }) => kindOf(value))
  const told = [...found].flatMap(([kind, group]) =>
    kind
      ? leftOut(
          group.map(({ names }) => names.join('/')),
          kind.why,
        )
      : [],
  )
  const isBySops = [...found.keys()].some(kind => kind === ENCRYPTED[0])
  const plain = found.get(undefined) ?? []
  // The metadata of SOPS about its keys, next to the values: `sops` in JSON and YAML, `sops_…` in a .env file.
  const kept = isBySops ? plain.filter(({ names: [first = ''] }) => !/^sops(_|$)/.test(first)) : plain
  return { entries: kept, notes: [...notes, ...told] }
}

const READERS: Record<Origin, (file: File) => Promise<Source>> = {
  dotenv: async file => (await import('./sources/dotenv.ts')).dotenvSource(textIn(file)),
  json: async file => (await import('./sources/tree.ts')).treeSource(json(file)),
  yaml: async file => all((await yaml(file)).map((await import('./sources/tree.ts')).treeSource)),
  '1password': async file => {
    const { onePasswordCsv, onePasswordPux } = await import('./sources/one-password.ts')
    return isZip(file) ? onePasswordPux(file.bytes) : onePasswordCsv(textIn(file))
  },
  doppler: async file => {
    const { dopplerSource, withoutDopplersOwn } = await import('./sources/tools.ts')
    if (isJson(file)) return dopplerSource(json(file))
    return withoutDopplersOwn(await READERS[/^DOPPLER_CONFIG:/m.test(textIn(file)) ? 'yaml' : 'dotenv'](file))
  },
  infisical: async file => {
    const { infisicalCsv, infisicalSource } = await import('./sources/tools.ts')
    return isJson(file) ? infisicalSource(json(file)) : infisicalCsv(textIn(file))
  },
  vault: async file => (await import('./sources/tools.ts')).vaultSource(json(file)),
  bitwarden: async file => (await import('./sources/bitwarden.ts')).bitwardenSource(json(file)),
  aws: async file => (await import('./sources/tools.ts')).awsSource(json(file)),
  kubernetes: async file => {
    const documents = isJson(file) ? [json(file)] : await yaml(file)
    return (await import('./sources/kubernetes.ts')).kubernetesSource(documents)
  },
}

async function guessed(file: File): Promise<Origin> {
  if (isZip(file)) return '1password'
  return (await import('./guess.ts')).originOfText(file.name, textIn(file), () => json(file))
}

function isZip({ bytes }: File): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b
}

function isJson(file: File): boolean {
  return /^\s*[{[]/.test(textIn(file))
}

/** Several documents of one file. */
function all(sources: readonly Source[]): Source {
  return { entries: sources.flatMap(({ entries }) => entries), notes: sources.flatMap(({ notes }) => notes) }
}

async function yaml({ name, ...file }: File): Promise<unknown[]> {
  return (await import('./yaml-documents.ts')).yamlDocuments(textIn({ name, ...file }), name)
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
