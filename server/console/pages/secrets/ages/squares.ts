import { folderAddress, secretAddress, vaultAddress } from '../../../address.ts'
import { type Aged, ageOf, days, daysLeft, endsSoon, isUnread, shadeOf } from './age.ts'

/** From this number of secrets on, a square stands for a folder; if there are as many of these, for one further out. */
const MANY = 2_000

/** Most groups with a label, over all vaults. Beyond it, folders further out are labelled. */
const MOST_GROUPS = 100

/** A secret, or the secrets of a folder. */
export interface Square {
  readonly key: string
  readonly vault: string
  /** `db/replica`; empty outside of folders. */
  readonly folder: string
  readonly inside: readonly Aged[]
  /** From 0, new, to 3, old: of the oldest value. */
  readonly shade: number
  readonly ends: boolean
  readonly unread: boolean
}

/** Squares under one label. */
export interface Group {
  readonly key: string
  /** `db/`; empty for all of a vault that has no folder, or too many. */
  readonly label: string
  readonly squares: readonly Square[]
}

export interface VaultGroups {
  readonly id: string
  readonly name: string
  readonly groups: readonly Group[]
}

/** The squares of secrets, which are in the order of their vaults, by vault and folder. */
export function groupsOf(secrets: readonly Aged[], now: number): readonly VaultGroups[] {
  const vaults = Map.groupBy(squaresOf(secrets, now), ({ vault }) => vault)
  const most = Math.max(1, Math.floor(MOST_GROUPS / vaults.size))
  return Array.from(vaults, ([id, squares]) => ({
    id,
    name: squares[0]?.inside[0]?.vault_name ?? '',
    groups: labelled(squares, most),
  }))
}

/** One square a secret or, for many, one a folder, as old as the oldest in it. */
function squaresOf(secrets: readonly Aged[], now: number): readonly Square[] {
  if (secrets.length < MANY) return secrets.map(secret => squareOf(secret.id, folderOf(secret.path), [secret], now))
  const depth = depthFor(secrets, MANY - 1)
  return Array.from(
    Map.groupBy(secrets, secret => placeOf(secret, depth)),
    ([key, inside]) => squareOf(key, cutAt(folderOf(inside[0]?.path ?? ''), depth), inside, now),
  )
}

/** The deepest level with at most this number of folders; in the extreme case 0, the whole vault. */
function depthFor(secrets: readonly Aged[], most: number): number {
  const deepest = secrets.reduce((so, { path }) => Math.max(so, depthOf(path)), 0)
  for (let depth = deepest; depth > 0; depth--) {
    if (countUpTo(most, secrets, secret => placeOf(secret, depth)) <= most) return depth
  }
  return 0
}

/** How many different names there are; it stops counting above `most`. */
function countUpTo<T>(most: number, all: readonly T[], nameOf: (one: T) => string): number {
  const names = new Set<string>()
  for (const one of all) if (names.add(nameOf(one)).size > most) break
  return names.size
}

function placeOf(secret: Aged, depth: number): string {
  return `${secret.vault_id} ${cutAt(folderOf(secret.path), depth)}`
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf('/')))
}

/** The number of folders that a path is in. */
function depthOf(path: string): number {
  let depth = 0
  for (let at = path.indexOf('/'); at >= 0; at = path.indexOf('/', at + 1)) depth++
  return depth
}

/** The outermost levels of a folder. */
function cutAt(folder: string, depth: number): string {
  if (depth === 0) return ''
  let end = -1
  for (let level = 0; level < depth; level++) {
    end = folder.indexOf('/', end + 1)
    if (end < 0) return folder
  }
  return folder.slice(0, end)
}

function squareOf(key: string, folder: string, inside: readonly Aged[], now: number): Square {
  return {
    key,
    vault: inside[0]?.vault_id ?? '',
    folder,
    inside,
    shade: inside.reduce((darkest, secret) => Math.max(darkest, shadeOf(ageOf(secret, now))), 0),
    ends: inside.some(secret => endsSoon(secret, now)),
    unread: inside.every(secret => isUnread(secret, now)),
  }
}

/** The squares of a vault by the innermost folders that are few enough for a label each. */
function labelled(squares: readonly Square[], most: number): readonly Group[] {
  // A square of a folder belongs to the one around it.
  const folders = squares.map(square => (isFolder(square) ? folderOf(square.folder) : square.folder))
  const deepest = folders.reduce((so, folder) => Math.max(so, folder === '' ? 0 : depthOf(folder) + 1), 0)
  for (let depth = deepest; depth > 0; depth--) {
    if (countUpTo(most, folders, folder => cutAt(folder, depth)) > most) continue
    const labels = folders.map(folder => cutAt(folder, depth))
    const groups = Map.groupBy(squares, (_, at) => labels[at] ?? '')
    return Array.from(groups, ([key, inside]) => ({ key, label: key === '' ? 'Outside of folders' : `${key}/`, squares: inside }))
  }
  return [{ key: '', label: '', squares }]
}

function isFolder({ key, inside }: Square): boolean {
  return key !== inside[0]?.id
}

export function addressOf(square: Square): string {
  const [secret] = square.inside
  const vault = { id: square.vault, name: secret?.vault_name }
  if (secret && !isFolder(square)) return secretAddress(vault, secret.path)
  return square.folder === '' ? vaultAddress(vault) : folderAddress(vault, square.folder)
}

/** A square in words: `db/url in production: 12 days old, expires in 3 days`. */
export function describedSquare(square: Square, now: number): string {
  const { inside, ends, unread } = square
  const [secret] = inside
  if (secret === undefined) return ''
  const oldest = inside.reduce((most, each) => Math.max(most, ageOf(each, now)), 0)
  const next = inside.flatMap(({ expires_at }) => (expires_at !== undefined ? [daysLeft(expires_at, now)] : []))
  const notes = [
    isFolder(square)
      ? `${folderNamed(square)}: ${inside.length === 1 ? '1 secret' : `${inside.length.toLocaleString()} secrets`}, the oldest ${days(oldest)} old`
      : `${secret.path} in ${secret.vault_name}: ${days(oldest)} old`,
    ...(ends ? [`expires in ${days(Math.min(...next.filter(left => left > 0)))}`] : []),
    ...(unread ? ['not read in 90 days'] : []),
  ]
  return notes.join(', ')
}

function folderNamed({ folder, inside }: Square): string {
  const vault = inside[0]?.vault_name ?? ''
  if (folder !== '') return `${folder}/ in ${vault}`
  return inside.some(({ path }) => path.includes('/')) ? `All of ${vault}` : `Outside of folders in ${vault}`
}
