import { Problem } from '../../../problem.ts'
import { type Entry, isRecord, type Loose, recordsOf, type Source, valueOfFile } from '../entry.ts'

/**
 * Secrets of Kubernetes: manifests, or what `kubectl get secret -o yaml` (or json) prints, lists too.
 * @throws Problem `usage` when there is none, or its data is not base64.
 */
export function kubernetesSource(documents: readonly unknown[]): Source {
  const secrets = documents.filter(isRecord).flatMap(each => (Array.isArray(each['items']) ? recordsOf(each['items']) : [each]))
  const ours = secrets.filter(({ kind }) => kind === 'Secret')
  if (ours.length === 0) throw new Problem('usage', 'The file has no Kubernetes Secret.')
  const notes: string[] = []
  return { entries: ours.flatMap(secret => secretEntries(secret, notes)), notes }
}

function secretEntries({ metadata, data, stringData }: Loose, notes: string[]): Entry[] {
  const name = isRecord(metadata) ? String(metadata['name'] ?? 'secret') : 'secret'
  const plain = isRecord(stringData) ? stringData : {}
  const encoded = Object.entries(isRecord(data) ? data : {}).filter(([key]) => !Object.hasOwn(plain, key))
  return [
    ...encoded.map(([key, value]) => ({ names: [name, key], value: decoded(String(value), `${name}/${key}`, notes) })),
    ...Object.entries(plain).map(([key, value]) => ({ names: [name, key], value: String(value) })),
  ].filter(({ value }) => value !== '')
}

function decoded(base64: string, where: string, notes: string[]): string {
  const compact = base64.replace(/\s/g, '')
  const bytes = Buffer.from(compact, 'base64')
  if (bytes.toString('base64') !== compact) throw new Problem('usage', `The data of ${where} is not base64.`)
  return valueOfFile(bytes, where, notes)
}
