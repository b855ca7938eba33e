import { Problem } from '../../../problem.ts'
import { type Entry, isRecord, type Loose, leftOut, recordsOf, type Source, valueOfFile } from '../entry.ts'

/**
 * Secrets of Kubernetes: manifests, or the output of `kubectl get secret -o yaml` (or json), including lists. If they are from several
 * namespaces, the namespace comes first.
 * @throws Problem `usage` if there is no Secret, or its data is not base64
 */
export function kubernetesSource(documents: readonly unknown[]): Source {
  const secrets = documents.filter(isRecord).flatMap(each => (Array.isArray(each['items']) ? recordsOf(each['items']) : [each]))
  const ours = secrets.filter(({ kind }) => kind === 'Secret')
  if (ours.length === 0) throw new Problem('usage', 'The file has no Kubernetes Secret.')
  const spaces = new Set(ours.map(secret => aboutOf(secret, 'namespace')))
  const notes: string[] = []
  const found = ours.flatMap(secret => {
    const space = spaces.size > 1 ? [aboutOf(secret, 'namespace') ?? 'default'] : []
    return secretEntries(secret, [...space, aboutOf(secret, 'name') ?? 'secret'], notes)
  })
  const empty = found.filter(({ value }) => value === '').map(({ names }) => names.join('/'))
  return { entries: found.filter(({ value }) => value !== ''), notes: [...notes, ...leftOut(empty, 'they have no value')] }
}

function aboutOf({ metadata }: Loose, what: 'name' | 'namespace'): string | undefined {
  const text = isRecord(metadata) ? metadata[what] : undefined
  return typeof text === 'string' && text !== '' ? text : undefined
}

function secretEntries({ data, stringData }: Loose, names: readonly string[], notes: string[]): Entry[] {
  const plain = isRecord(stringData) ? stringData : {}
  const encoded = Object.entries(isRecord(data) ? data : {}).filter(([key]) => !Object.hasOwn(plain, key))
  const where = (key: string) => [...names, key].join('/')
  return [
    ...encoded.map(([key, value]) => ({ names: [...names, key], value: decoded(textIn(value, where(key)), where(key), notes) })),
    ...Object.entries(plain).map(([key, value]) => ({ names: [...names, key], value: textIn(value, where(key)) })),
  ]
}

function textIn(value: unknown, where: string): string {
  if (value === null || value === undefined) return ''
  if (typeof value === 'string') return value
  throw new Problem('usage', `The data of ${where} is not a text.`)
}

function decoded(base64: string, where: string, notes: string[]): string {
  const compact = base64.replace(/\s/g, '')
  const bytes = Buffer.from(compact, 'base64')
  if (bytes.toString('base64') !== compact) throw new Problem('usage', `The data of ${where} is not base64.`)
  return valueOfFile(bytes, where, notes)
}
