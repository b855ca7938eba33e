/** The file of a trail, with everything needed to verify it without the server, except trust in the key. */
import { readFileSync } from 'node:fs'
import { rename, rm, stat, writeFile } from 'node:fs/promises'
import type { SealedEvent, SignedCut, SignedHead } from '../../crypto/audit-chain.ts'
import { TRAIL_FORMAT, type TrailFile } from '../../crypto/audit-trail-file.ts'
import type { SigningKeySuccession } from '../../crypto/signing-keys.ts'
import { Problem } from '../../problem.ts'
import { draftOf, writeProblem } from '../context/private-file.ts'
import { unreadable } from '../context/system-error.ts'

export { trailText } from '../../crypto/audit-trail-file.ts'

/** Writes a file that only its owner may read (0600), completely or not at all; a device or pipe is written through. */
export async function writeTrail(file: string, text: AsyncIterable<string>): Promise<void> {
  const there = await stat(file).catch(() => undefined)
  if (there && !there.isFile()) return writeFile(file, text)
  const draft = draftOf(file)
  try {
    await writeFile(draft, text, { mode: 0o600, flag: 'wx' })
    await rename(draft, file)
  } catch (error) {
    await rm(draft, { force: true })
    throw writeProblem(file, error) ?? error
  }
}

/** @throws Problem `usage` if the file cannot be read or is not such an export. Its content can still be forged. */
export function readTrail(file: string): TrailFile {
  const content = parsed(file)
  if (!isRecord(content) || content['format'] !== TRAIL_FORMAT)
    throw notOne(file, `it does not contain "format": "${TRAIL_FORMAT}"`)
  const { public_key, checkpoints, cut, successions, events } = content
  if (typeof public_key !== 'string') throw notOne(file, 'it has no public_key')
  if (!isListOf<SignedHead>(checkpoints, HEAD_TEXTS)) throw notOne(file, 'its checkpoints are malformed')
  if (!isListOf<SealedEvent>(events, EVENT_TEXTS)) throw notOne(file, 'its events are malformed')
  if (cut !== undefined && !isListOf<SignedCut>([cut], CUT_TEXTS)) throw notOne(file, 'its record of removed events is malformed')
  if (successions !== undefined && !isListOfTexts<SigningKeySuccession>(successions, SUCCESSION_TEXTS))
    throw notOne(file, 'its record of replaced keys is malformed')
  const optional = { ...(cut !== undefined && { cut: cut as SignedCut }), ...(successions !== undefined && { successions }) }
  return { public_key, checkpoints, ...optional, events }
}

/** The 32 bytes of a public key as it is given in files and flags. @throws Problem `usage` */
export function publicKeyBytes(base64: string): Uint8Array {
  const bytes = Buffer.from(base64, 'base64')
  if (bytes.length === 32 && /^[A-Za-z0-9+/_-]{43}=?$/.test(base64)) return bytes
  throw new Problem('usage', 'The public key must be the base64 of 32 bytes.', {
    hint: '`1claw audit export` and GET /v1/auth/jwt-public-key print it in that form.',
  })
}

const HEAD_TEXTS = ['org_id', 'event_id', 'integrity_hash', 'created_at', 'kid', 'signature']
const CUT_TEXTS = [...HEAD_TEXTS, 'reason', 'kept_in', 'kept_sha256']
const SUCCESSION_TEXTS = ['previous_public_key', 'public_key', 'created_at', 'previous_signature', 'signature']
const EVENT_TEXTS = [
  'id',
  'org_id',
  'action',
  'actor_id',
  'actor_type',
  'resource_type',
  'resource_id',
  'ip_address',
  'created_at',
  'prev_event_id',
  'integrity_hash',
]

function parsed(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    if (error instanceof SyntaxError) throw notOne(file, 'it is not JSON')
    throw new Problem('usage', `Cannot read the file ${file}: ${unreadable(error)}.`, { cause: error })
  }
}

function isListOf<T extends { readonly seq: number }>(value: unknown, texts: readonly string[]): value is T[] {
  const fits = (item: Record<string, unknown>) =>
    Number.isSafeInteger(item['seq']) && ['undefined', 'string'].includes(typeof item['vault_id'])
  return isListOfTexts<T & Record<string, unknown>>(value, texts) && value.every(fits)
}

function isListOfTexts<T>(value: unknown, texts: readonly string[]): value is T[] {
  const fits = (item: unknown) => isRecord(item) && texts.every(name => typeof item[name] === 'string')
  return Array.isArray(value) && value.every(fits)
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function notOne(file: string, why: string): Problem {
  return new Problem('usage', `${file} is not an export of an audit trail: ${why}.`, {
    hint: 'Create one with `1claw audit export`.',
  })
}
