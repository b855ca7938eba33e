import { Problem } from '../../../problem.ts'
import { type Entry, isRecord, type Loose, leftOut, numbering, recordsOf, type Source, textOf } from '../entry.ts'
import { infisicalSource } from './tools.ts'

/** Parts of an item in which all strings are fields. */
const PARTS = ['login', 'card', 'identity', 'sshKey']

/**
 * An unencrypted JSON export of Bitwarden or of its Secrets Manager, or the list that `bws secret list` prints.
 * @throws Problem `usage` if it is encrypted or something else.
 */
export function bitwardenSource(value: unknown): Source {
  if (Array.isArray(value)) return infisicalSource(value)
  if (isRecord(value) && value['encrypted'] === true)
    throw new Problem('usage', 'The export is encrypted.', { hint: 'Export it as .json without a password.' })
  if (isSecretsManager(value)) return managerSource(value)
  if (!isRecord(value) || !Array.isArray(value['items']))
    throw new Problem('usage', 'The file is not a JSON export of Bitwarden.')
  const groups = [...recordsOf(value['folders']), ...recordsOf(value['collections'])]
  const folders = new Map(groups.map(({ id, name }) => [id, textOf(name) ?? '']))
  const unique = new Map<string, ReturnType<typeof numbering>>()
  const passkeys: string[] = []
  const gone: Record<'archivedDate' | 'deletedDate', string[]> = { archivedDate: [], deletedDate: [] }
  const entries = recordsOf(value['items']).flatMap(item => {
    const [collection] = Array.isArray(item['collectionIds']) ? item['collectionIds'] : []
    const folder = (folders.get(item['folderId']) ?? folders.get(collection) ?? '').split('/').filter(Boolean)
    const numbered = unique.get(folder.join('/')) ?? numbering()
    unique.set(folder.join('/'), numbered)
    const names = [...folder, numbered(textOf(item['name']) ?? 'untitled')]
    const why = (['deletedDate', 'archivedDate'] as const).find(date => textOf(item[date]) !== undefined)
    if (why !== undefined) {
      gone[why].push(names.join('/'))
      return []
    }
    if (isRecord(item['login']) && recordsOf(item['login']['fido2Credentials']).length > 0) passkeys.push(names.join('/'))
    return itemFields(item).map((field): Entry => ({ ...field, names: [...names, ...field.names] }))
  })
  const { archivedDate, deletedDate } = gone
  return {
    entries,
    notes: [
      ...leftOut(archivedDate, 'they are archived'),
      ...leftOut(deletedDate, 'they are in the trash'),
      ...leftOut(
        passkeys.map(name => `passkey of ${name}`),
        'passkeys work only in a browser',
      ),
    ],
  }
}

/** An export of Secrets Manager: secrets, and their projects. */
export function isSecretsManager(value: unknown): value is Loose {
  return isRecord(value) && Array.isArray(value['projects']) && recordsOf(value['secrets']).some(each => 'key' in each)
}

function managerSource(value: Loose): Source {
  const names = new Map(recordsOf(value['projects']).map(({ id, name }) => [id, textOf(name)?.replaceAll('/', '-')]))
  const projectOf = ({ projectIds }: Loose) => names.get(Array.isArray(projectIds) ? projectIds[0] : undefined)
  return infisicalSource(recordsOf(value['secrets']).map(each => ({ ...each, path: projectOf(each) })))
}

function itemFields(item: Loose): Entry[] {
  const unique = numbering()
  const field = (name: string, value: unknown, type?: Entry['type']): Entry[] => {
    const text = textOf(value)
    return text === undefined ? [] : [{ names: [unique(name)], value: text, ...(type && { type }) }]
  }
  const parts = PARTS.flatMap(part =>
    Object.entries(isRecord(item[part]) ? item[part] : {}).flatMap(([name, value]) => field(name, value, typeOf(name))),
  )
  const uris = isRecord(item['login']) ? recordsOf(item['login']['uris']) : []
  return [
    ...parts,
    ...uris.flatMap(({ uri }) => field('uri', uri)),
    ...recordsOf(item['fields']).flatMap(({ name, value }) => field(textOf(name) ?? 'field', value)),
    ...field('notes', item['notes'], 'note'),
  ]
}

function typeOf(name: string): Entry['type'] {
  return name === 'password' ? 'password' : name === 'privateKey' ? 'ssh_key' : undefined
}
