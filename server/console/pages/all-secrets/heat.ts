import { folderAddress, secretAddress, vaultAddress } from '../../address.ts'
import { ageOf, DAY_MS, endsWithin, isUnread, type Listed } from './listed.ts'

/** Beyond this number, a square represents a folder; if there are too many, one further out. */
const MOST_SQUARES = 400

export interface Square {
  readonly key: string
  readonly label: string
  readonly address: string
  /** From 0, new, to 3, old. */
  readonly shade: number
  readonly ends: boolean
  readonly unread: boolean
}

/** Days from which a value has a darker shade. */
export const SHADES = [7, 30, 90] as const
export const SHADE_LABELS = ['up to 7 days', 'up to 30 days', 'up to 90 days', 'older'] as const

/** One square a secret or, for many, one a folder, as old as the oldest in it. */
export function squaresOf(secrets: readonly Listed[], now: number): readonly Square[] {
  if (secrets.length <= MOST_SQUARES) return secrets.map(secret => squareOf(secret, now))
  return Array.from(foldersOf(secrets), ([key, inside]) => folderSquare(key, inside, now))
}

/** By the innermost folders that are few enough; in the extreme, one for each vault. */
function foldersOf(secrets: readonly Listed[]): ReadonlyMap<string, readonly Listed[]> {
  const folders = secrets.map(({ path }) => path.split('/').slice(0, -1))
  for (let depth = folders.reduce((most, { length }) => Math.max(most, length), 0); ; depth--) {
    const names = folders.map((folder, at) => `${secrets[at]?.vault_id} ${folder.slice(0, depth).join('/')}`)
    if (depth > 0 && new Set(names).size > MOST_SQUARES) continue
    return Map.groupBy(secrets, (_, at) => names[at] ?? '')
  }
}

function squareOf(secret: Listed, now: number): Square {
  const { id, vault_id, vault_name, path, expires_at } = secret
  const age = ageOf(secret, now)
  const [ends, unread] = [endsWithin(secret, 30, now), isUnread(secret, now)]
  const notes = [
    `${path} in ${vault_name}: ${days(age)} old`,
    ...(ends ? [`expires in ${days(Math.ceil((Date.parse(expires_at ?? '') - now) / DAY_MS))}`] : []),
    ...(unread ? ['not read in 90 days'] : []),
  ]
  const address = secretAddress({ id: vault_id, name: vault_name }, path)
  return { key: id, label: notes.join(', '), address, shade: shadeOf(age), ends, unread }
}

function folderSquare(key: string, inside: readonly Listed[], now: number): Square {
  const [vault = '', folder = ''] = key.split(' ')
  const of = { id: vault, name: inside[0]?.vault_name }
  const oldest = inside.reduce((most, secret) => Math.max(most, ageOf(secret, now)), 0)
  const count = `${inside.length} ${inside.length === 1 ? 'secret' : 'secrets'}`
  return {
    key,
    label: `${placeOf(folder, inside)}: ${count}, the oldest ${days(oldest)} old`,
    address: folder === '' ? vaultAddress(of) : folderAddress(of, folder),
    shade: shadeOf(oldest),
    ends: inside.some(secret => endsWithin(secret, 30, now)),
    unread: inside.every(secret => isUnread(secret, now)),
  }
}

function placeOf(folder: string, inside: readonly Listed[]): string {
  const vault = inside[0]?.vault_name ?? ''
  if (folder !== '') return `${folder}/ in ${vault}`
  return inside.some(({ path }) => path.includes('/')) ? `All of ${vault}` : `Outside of folders in ${vault}`
}

function shadeOf(age: number): number {
  const shade = SHADES.findIndex(limit => age <= limit)
  return shade < 0 ? SHADES.length : shade
}

function days(count: number): string {
  return count === 1 ? '1 day' : `${count} days`
}

/** The finding, in a sentence. */
export function findingOf(secrets: readonly Listed[], now: number): string {
  const old = secrets.filter(secret => ageOf(secret, now) > 90).length
  const ending = secrets.filter(secret => endsWithin(secret, 30, now)).length
  const unread = secrets.filter(secret => isUnread(secret, now)).length
  const share = secrets.length === 0 ? 0 : Math.round((old * 100) / secrets.length)
  const values = secrets.length === 1 ? '1 value is' : `${secrets.length.toLocaleString()} values are`
  return `${share} % of ${values} older than 90 days; ${ending} ${ending === 1 ? 'expires' : 'expire'} within 30 days; ${unread} ${unread === 1 ? 'was' : 'were'} not read in 90 days.`
}
