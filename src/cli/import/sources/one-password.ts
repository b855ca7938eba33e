import { Problem } from '../../../problem.ts'
import { exactJson, isExactNumber } from '../../input/exact-json.ts'
import { type Entry, isRecord, type Loose, leftOut, numbering, recordsOf, type Source, textOf, valueOfFile } from '../entry.ts'

/** Columns that say something about an item rather than hold it. */
const ABOUT = ['title', 'favorite', 'archived', 'tags']

/**
 * An export of 1Password as CSV: a line for each item, a secret for each column that is filled.
 * @throws Problem `usage` when it is not such an export.
 */
export async function onePasswordCsv(text: string): Promise<Source> {
  const { parse } = await import('csv-parse/sync')
  const rows = rowsOf(() => parse(text, { columns: (names: string[]) => names.map(name => name.toLowerCase()), bom: true }))
  if (rows.length > 0 && rows[0]?.['title'] === undefined)
    throw new Problem('usage', 'The CSV file has no column Title, so it is not an export of 1Password.')
  const unique = numbering()
  const archived = rows.filter(row => row['archived'] === 'true').map(row => row['title'] ?? '')
  const entries = rows
    .filter(row => row['archived'] !== 'true')
    .flatMap(({ title = '', ...row }) => {
      const item = unique(title)
      return Object.entries(row)
        .filter(([column, value]) => value !== '' && !ABOUT.includes(column))
        .map(([column, value]): Entry => ({ names: [item, column], value, ...typeOf(column) }))
    })
  return { entries, notes: leftOut(archived, 'they are archived') }
}

type Row = Readonly<Record<string, string>>

function rowsOf(parse: () => unknown): readonly Row[] {
  try {
    return parse() as readonly Row[]
  } catch (error) {
    const line = error instanceof Error && 'lines' in error ? ` (line ${error.lines})` : ''
    throw new Problem('usage', `The CSV file cannot be read${line}: its lines do not have the columns of the first.`)
  }
}

function typeOf(field: string): Pick<Entry, 'type'> {
  if (/password/i.test(field)) return { type: 'password' }
  return /^notes?$/i.test(field) ? { type: 'note' } : {}
}

/** The data in an export is text; much more than this is no list of passwords. */
const MAX_BYTES = 256 * 1024 * 1024
/** What a secret has room for as base64 (5 MiB). */
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
  const entries = recordsOf(data['accounts']).flatMap(account =>
    recordsOf(account['vaults']).flatMap(vault => vaultEntries(vault, files, notes)),
  )
  return { entries, notes }
}

async function exported(bytes: Uint8Array): Promise<{ data: Loose; files: Files }> {
  const { unzipSync } = await import('fflate')
  try {
    const filter = ({ name, originalSize }: { name: string; originalSize: number }) =>
      name === 'export.data' ? originalSize <= MAX_BYTES : name.startsWith('files/') && originalSize <= MAX_FILE_BYTES
    const { 'export.data': data, ...others } = unzipSync(bytes, { filter })
    const parsed = exactJson(new TextDecoder('utf-8', { fatal: true }).decode(data))
    // `files/<id>___<name of the file>`
    const files = Object.entries(others).map(([name, file]) => [name.slice('files/'.length).split('___')[0] ?? '', file] as const)
    if (isRecord(parsed)) return { data: parsed, files: new Map(files) }
  } catch {
    // Said below.
  }
  throw new Problem('usage', 'The file is not a 1PUX export of 1Password.')
}

function vaultEntries(vault: Loose, files: Files, notes: string[]): Entry[] {
  const name = textOf(isRecord(vault['attrs']) && vault['attrs']['name']) ?? 'vault'
  const unique = numbering()
  const archived: string[] = []
  const missing: string[] = []
  const entries = recordsOf(vault['items']).flatMap(item => {
    const { overview, details } = item
    const title = unique(textOf(isRecord(overview) && overview['title']) ?? 'untitled')
    if (item['state'] === 'archived') archived.push(`${name}/${title}`)
    if (item['state'] === 'archived' || !isRecord(details)) return []
    return itemFields(details).flatMap(({ field, value, type }): Entry[] => {
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

function itemFields(details: Loose): Field[] {
  const unique = numbering()
  const fields: Field[] = []
  const add = (field: unknown, value: unknown) => {
    const text = fileOf(value) ?? textOf(value)
    const name = textOf(field) ?? 'field'
    if (text !== undefined) fields.push({ field: unique(name), value: text, type: typeOf(name) })
  }
  for (const login of recordsOf(details['loginFields'])) add(login['designation'] || login['name'], login['value'])
  add('password', details['password'])
  for (const section of recordsOf(details['sections'])) {
    for (const each of recordsOf(section['fields'])) add(each['title'] || each['id'], sectionValue(each['value']))
  }
  const document = details['documentAttributes']
  if (isRecord(document)) add(document['fileName'] || 'document', document)
  add('notes', details['notesPlain'])
  return fields
}

/** What 1Password writes in the place of a file. */
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
  return inner['privateKey'] ?? inner['email_address'] ?? JSON.stringify(inner)
}
