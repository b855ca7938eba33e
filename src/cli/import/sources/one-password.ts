import { Problem } from '../../../problem.ts'
import { exactJson, isExactNumber } from '../../input/exact-json.ts'
import { type Entry, isRecord, type Loose, leftOut, numbering, recordsOf, type Source, textOf, valueOfFile } from '../entry.ts'
import { csvOrigin, csvRows } from './csv.ts'

/** Columns that describe an item rather than contain it. */
const ABOUT = ['favorite', 'archived', 'tags']

/**
 * An export of 1Password as CSV: one line for each item, one secret for each non-empty column.
 * @throws Problem `usage` if it is not such an export.
 */
export async function onePasswordCsv(text: string): Promise<Source> {
  const rows = await csvRows(text)
  if (csvOrigin(text) !== '1password')
    throw new Problem('usage', 'The CSV file has no column Title, so it is not an export of 1Password.')
  const unique = numbering()
  const items = rows.map(({ title, ...columns }) => ({ item: unique(title?.trim() || 'untitled'), columns }))
  const isArchived = ({ columns }: (typeof items)[number]) => columns['archived']?.toLowerCase() === 'true'
  const entries = items
    .filter(item => !isArchived(item))
    .flatMap(({ item, columns }) =>
      Object.entries(columns)
        .filter(([column, value]) => value !== '' && !ABOUT.includes(column))
        .map(([column, value]): Entry => ({ names: [item, column], value, ...typeOf(column) })),
    )
  return {
    entries,
    notes: leftOut(
      items.filter(isArchived).map(({ item }) => item),
      'they are archived',
    ),
  }
}

function typeOf(field: string): Pick<Entry, 'type'> {
  if (/password/i.test(field)) return { type: 'password' }
  return /^notes?$/i.test(field) ? { type: 'note' } : {}
}

/** The data of an export is text; a password list is never much larger than this. */
const MAX_BYTES = 256 * 1024 * 1024
/** The maximum size of a secret in base64 (5 MiB). */
const MAX_FILE_BYTES = 3.75 * 1024 * 1024

/** Documents and attachments, by the id that items name them by. */
type Files = ReadonlyMap<string, Uint8Array>

/**
 * An export of 1Password as 1PUX: a zip archive with `export.data`, https://support.1password.com/1pux-format/.
 * @throws Problem `usage` when it is not such an export.
 */
export async function onePasswordPux(bytes: Uint8Array): Promise<Source> {
  const { data, files } = await exported(bytes)
  const notes: string[] = []
  const unique = numbering()
  const entries = recordsOf(data['accounts']).flatMap(account =>
    recordsOf(account['vaults']).flatMap(vault => {
      const name = unique(textOf(isRecord(vault['attrs']) && vault['attrs']['name']) ?? 'vault')
      return vaultEntries(name, vault, files, notes)
    }),
  )
  return { entries, notes }
}

async function exported(bytes: Uint8Array): Promise<{ data: Loose; files: Files }> {
  const { unzipSync } = await import('fflate')
  let isBitwarden = false
  try {
    const filter = ({ name, originalSize }: { name: string; originalSize: number }) => {
      isBitwarden ||= name === 'data.json'
      return name === 'export.data' ? originalSize <= MAX_BYTES : name.startsWith('files/') && originalSize <= MAX_FILE_BYTES
    }
    const { 'export.data': data, ...others } = unzipSync(bytes, { filter })
    const parsed = exactJson(new TextDecoder('utf-8', { fatal: true }).decode(data))
    // `files/<id>___<name of the file>`
    const files = Object.entries(others).map(([name, file]) => [name.slice('files/'.length).split('___')[0] ?? '', file] as const)
    if (isRecord(parsed)) return { data: parsed, files: new Map(files) }
  } catch {
    // These are reported separately below.
  }
  if (isBitwarden) {
    throw new Problem('usage', 'The file is a zip archive of Bitwarden, which cannot be imported as it is.', {
      hint: 'Unpack it and import its data.json; attachments are stored with `1claw secrets set <path> @<file>`.',
    })
  }
  throw new Problem('usage', 'The file is not a 1PUX export of 1Password.')
}

function vaultEntries(name: string, vault: Loose, files: Files, notes: string[]): Entry[] {
  const unique = numbering()
  const archived: string[] = []
  const missing: string[] = []
  const entries = recordsOf(vault['items']).flatMap(item => {
    const { details } = item
    const overview = isRecord(item['overview']) ? item['overview'] : {}
    const title = unique(textOf(overview['title']) ?? 'untitled')
    if (item['state'] === 'archived') archived.push(`${name}/${title}`)
    if (item['state'] === 'archived' || !isRecord(details)) return []
    return itemFields(overview, details).flatMap(({ field, value, type }): Entry[] => {
      const names = [name, title, field]
      if (typeof value === 'string') return [{ names, value, ...type }]
      const bytes = files.get(value.file)
      if (!bytes?.length) missing.push(names.join('/'))
      return bytes?.length ? [{ names, value: valueOfFile(bytes, names.join('/'), notes), type: 'file' }] : []
    })
  })
  notes.push(...leftOut(archived, 'they are archived'), ...leftOut(missing, 'they are empty, or larger than a secret can be'))
  return entries
}

interface Field {
  readonly field: string
  /** A text, or the id of a file. */
  readonly value: string | { readonly file: string }
  readonly type: Pick<Entry, 'type'>
}

function itemFields(overview: Loose, details: Loose): Field[] {
  const unique = numbering()
  const fields: Field[] = []
  const add = (field: unknown, value: unknown, type?: Field['type']) => {
    const text = fileOf(value) ?? textOf(value)
    const name = textOf(field) ?? 'field'
    if (text !== undefined) fields.push({ field: unique(name), value: text, type: type ?? typeOf(name) })
  }
  for (const login of recordsOf(details['loginFields'])) add(login['designation'] || login['name'], login['value'])
  add('password', details['password'])
  for (const section of recordsOf(details['sections'])) {
    for (const each of recordsOf(section['fields'])) {
      const isKey = isRecord(each['value']) && 'sshKey' in each['value']
      add(each['title'] || each['id'], sectionValue(each['value']), isKey ? { type: 'ssh_key' } : undefined)
    }
  }
  const document = details['documentAttributes']
  if (isRecord(document)) add(document['fileName'] || 'document', document)
  for (const url of new Set([overview['url'], ...recordsOf(overview['urls']).map(each => each['url'])])) add('url', url)
  add('notes', details['notesPlain'])
  return fields
}

/** 1Password's placeholder for a file. */
function fileOf(value: unknown): { readonly file: string } | undefined {
  const id = isRecord(value) ? textOf(value['documentId']) : undefined
  return id === undefined ? undefined : { file: id }
}

/** `{ "concealed": "…" }`: one member, named after the kind of value. */
function sectionValue(value: unknown): unknown {
  if (!isRecord(value)) return undefined
  const [inner] = Object.values(value)
  if (isExactNumber(inner)) return JSON.stringify(inner)
  if (!isRecord(inner) || fileOf(inner)) return inner
  if ('email_address' in inner) return inner['email_address']
  // An address that is empty still has all its parts.
  const isEmpty = Object.values(inner).every(part => part === null || part === '')
  return isEmpty ? undefined : (inner['privateKey'] ?? JSON.stringify(inner))
}
