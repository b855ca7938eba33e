import type { serverStatus } from '../../../src/contract/health.ts'
import type { ReplyOf } from '../../../src/contract/schema/endpoint.ts'
import type { Rate } from '../../http/limits.ts'
import type { KeyringStatus } from '../../keys/keyring.ts'

export type Part = ReplyOf<typeof serverStatus>['parts'][number]

/** The state of the whole server. Times are epoch milliseconds, sizes bytes; unknown values are undefined. */
export interface ServerFacts {
  /** `ms`: the time until the answer; undefined without an answer. */
  readonly database: { readonly engine: string; readonly ms: number | undefined }
  readonly keys: KeyringStatus & { readonly provider: string; readonly ms: number }
  readonly disk: { readonly free: number; readonly reserve: number; readonly least: number } | undefined
  /** Without SMTP, `waiting` counts files that somebody must forward. */
  readonly mail: { readonly smtp: boolean; readonly waiting: number; readonly oldest: number | undefined } | undefined
  /** `everyMs` is absent without a schedule. */
  readonly backup: { readonly everyMs: number | undefined; readonly last: number | undefined } | undefined
  /** `certificateEnds` is the expiry of the server's own certificate; absent without one. */
  readonly address: { readonly url: string; readonly certificateEnds: number | undefined }
  /** Undefined if backups are off. */
  readonly limits: { readonly address: Rate; readonly principal: Rate } | undefined
}

/** The state of an organisation's audit log. */
export interface AuditFacts {
  readonly changed: boolean
  /** Secrets that differ from the log. */
  readonly changedSecrets: number
  /** Number of its last event, and of the last one that a signed head covers. */
  readonly head: number
  readonly signed: { readonly seq: number; readonly at: number } | undefined
  /** The last complete verification. */
  readonly verified: { readonly seq: number; readonly at: number } | undefined
}

const DAY_MS = 86_400_000
/** The server verifies each log once a day. */
const VERIFIED_WITHIN_MS = 3 * DAY_MS
const CERTIFICATE_WARNING_MS = 14 * DAY_MS
/** Mail that waits longer has failed several times. */
const MAIL_WITHIN_MS = 15 * 60_000
const LOOPBACK = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/

export function partsForOrganisation({ database, keys }: ServerFacts, audit: AuditFacts, now: number): Part[] {
  return [databasePart(database), keysPart(keys), ...auditParts(audit, now), ...secretParts(audit)]
}

/** Parts that concern the whole server. */
export function partsOfServer({ disk, mail, backup, address, limits }: ServerFacts, now: number): Part[] {
  return [
    ...(disk ? [diskPart(disk)] : []),
    ...(mail ? [mailPart(mail, now)] : []),
    ...(backup ? [backupPart(backup, now)] : []),
    addressPart(address, now),
    limitsPart(limits),
  ]
}

/** The worst status of the parts; one that is not configured counts as well. */
export function worstOf(parts: readonly Part[]): 'ok' | 'warning' | 'failing' {
  const has = (status: Part['status']) => parts.some(part => part.status === status)
  return has('failing') ? 'failing' : has('warning') ? 'warning' : 'ok'
}

function databasePart({ engine, ms }: ServerFacts['database']): Part {
  if (ms === undefined) return { name: 'database', status: 'failing', detail: `${engine} does not answer.` }
  return { name: 'database', status: 'ok', detail: `${engine} answers.`, latency_ms: Math.round(ms) }
}

function keysPart({ provider, status, ms }: ServerFacts['keys']): Part {
  const name = 'keys'
  const latency_ms = Math.round(ms)
  const kind = provider === 'software' ? 'The key provider (software)' : `The key provider (${provider})`
  if (status === 'ok') return { name, status: 'ok', detail: `${kind} answers.`, latency_ms }
  if (status === 'degraded') return { name, status: 'warning', detail: `${kind} responds, with errors.`, latency_ms }
  return { name, status: 'warning', detail: `${kind} does not answer: secrets cannot be read or written until it does.` }
}

function auditParts({ changed, head, signed, verified }: AuditFacts, now: number): Part[] {
  const name = 'audit'
  const at = signed && { at: instant(signed.at) }
  const fault = 'The audit log was changed from outside and is no longer signed. Verify it to see where.'
  if (changed) return [{ name, status: 'failing', detail: fault, ...at }]
  const newer = head - (signed?.seq ?? 0)
  const rest = newer > 0 ? `; ${counted(newer, 'newer event is', 'newer events are')} signed within a minute` : ''
  const detail = signed
    ? `Signed up to event ${number(signed.seq)}${rest}.`
    : 'No head is signed yet: the server signs one every minute.'
  return [{ name, status: 'ok', detail, ...at }, verificationPart(verified, now)]
}

function verificationPart(verified: AuditFacts['verified'], now: number): Part {
  const name = 'verification'
  if (!verified) return { name, status: 'ok', detail: 'Not verified yet: the server verifies it once a day.' }
  const at = instant(verified.at)
  if (now - verified.at <= VERIFIED_WITHIN_MS) return { name, status: 'ok', detail: 'The whole audit log was intact.', at }
  return { name, status: 'warning', detail: 'The whole audit log was intact, but was not verified for days.', at }
}

function secretParts({ changedSecrets }: AuditFacts): Part[] {
  if (changedSecrets === 0) return []
  const detail = `${counted(changedSecrets, 'secret was', 'secrets were')} changed in the database from outside. The audit log names them: secret.tampered.`
  return [{ name: 'secrets', status: 'failing', detail }]
}

function diskPart({ free, reserve, least }: NonNullable<ServerFacts['disk']>): Part {
  const name = 'disk'
  const left = `${size(free)} free`
  if (free < least) return { name, status: 'failing', detail: `${left}: too little to work with.` }
  if (free >= reserve) return { name, status: 'ok', detail: `${left}.` }
  const detail = `${left}: the last ${size(reserve)} are kept for the audit log, and only platform administrators can store more.`
  return { name, status: 'warning', detail }
}

function mailPart({ smtp, waiting, oldest }: NonNullable<ServerFacts['mail']>, now: number): Part {
  const name = 'mail'
  const at = oldest === undefined ? undefined : { at: instant(oldest) }
  const mails = counted(waiting, 'mail', 'mails')
  if (!smtp && waiting === 0) return { name, status: 'off', detail: 'Not set up: mail is written to the outbox folder.' }
  if (!smtp) {
    const detail = `Not set up: ${mails} of the last 7 days ${waiting === 1 ? 'waits' : 'wait'} in the outbox folder.`
    return { name, status: 'warning', detail, ...at }
  }
  if (waiting === 0) return { name, status: 'ok', detail: 'SMTP; no mail waits.' }
  const late = oldest !== undefined && now - oldest > MAIL_WITHIN_MS
  const detail = `SMTP; ${mails} ${waiting === 1 ? 'waits' : 'wait'} to be sent.`
  return { name, status: late ? 'warning' : 'ok', detail, ...at }
}

function backupPart({ everyMs, last }: NonNullable<ServerFacts['backup']>, now: number): Part {
  const name = 'backup'
  const at = last === undefined ? undefined : { at: instant(last) }
  if (everyMs === undefined) return { name, status: 'off', detail: 'The server has no schedule for backups.', ...at }
  if (last === undefined) return { name, status: 'warning', detail: 'No backup was made yet.' }
  if (now - last > 2 * everyMs)
    return { name, status: 'warning', detail: 'The last backup is older than the schedule allows.', ...at }
  return { name, status: 'ok', detail: 'Backups are made on schedule.', ...at }
}

function addressPart({ url, certificateEnds }: ServerFacts['address'], now: number): Part {
  const name = 'address'
  const { protocol, hostname } = new URL(url)
  if (certificateEnds !== undefined) {
    const detail = `${url}; the certificate expires on ${instant(certificateEnds).slice(0, 10)}.`
    const left = certificateEnds - now
    return { name, status: left <= 0 ? 'failing' : left < CERTIFICATE_WARNING_MS ? 'warning' : 'ok', detail }
  }
  if (protocol === 'https:') return { name, status: 'ok', detail: `${url}; TLS ends at a proxy.` }
  if (LOOPBACK.test(hostname)) return { name, status: 'ok', detail: `${url}; only this machine can reach it.` }
  return { name, status: 'warning', detail: `${url}; without TLS, others on the network can read the traffic.` }
}

function limitsPart(limits: ServerFacts['limits']): Part {
  const name = 'rate-limits'
  if (!limits) return { name, status: 'off', detail: 'Off.' }
  const { address, principal } = limits
  const detail = `${number(address.perSecond)} requests a second for each address, ${number(principal.perSecond)} for each user or agent.`
  return { name, status: 'ok', detail }
}

function counted(count: number, one: string, many: string): string {
  return `${number(count)} ${count === 1 ? one : many}`
}

function number(value: number): string {
  return value.toLocaleString('en')
}

/** The duration in its largest unit. */
function size(bytes: number): string {
  const [mib, gib] = [1024 ** 2, 1024 ** 3]
  return bytes >= gib ? `${number(Math.floor((bytes / gib) * 10) / 10)} GiB` : `${number(Math.floor(bytes / mib))} MiB`
}

function instant(ms: number): string {
  return new Date(ms).toISOString()
}
