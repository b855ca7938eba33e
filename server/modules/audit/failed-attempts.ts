import type { FailedAttempt } from '../../http/mount.ts'
import { type NewEvent, NO_ORG } from '../../policy/event.ts'
import type { ReadLog } from './read-log.ts'

export interface FailedAttempts {
  /** Records an attempt that was denied or failed. It revealed nothing, so its reply does not wait for the event. */
  record(attempt: FailedAttempt): void
  /** Immediately records the attempts that are so far only counted. */
  flush(): void
}

/** Repeats of an attempt within this time are one event. */
const WINDOW_MS = 60_000
/** The number of different attempts of one principal that get their own event within a window; the others are summed up. */
const OWN_EVENTS = 100
/** The maximum number of different attempts within a window, of all principals and addresses together. */
const TOLD_APART = 10_000

interface Repeated {
  readonly event: NewEvent
  /** The number of repeats after the recorded event. */
  repeats: number
}

/**
 * Records attempts that were denied or failed, without letting anyone flood the log: the first of a kind is recorded at once, and its
 * repeats within a minute as one more event with their number. Strangers are distinguished only by action and address, and the log does not
 * store what they sent. Of one principal, attempts beyond a hundred different ones a minute are summed up.
 */
export function failedAttempts(log: Pick<ReadLog, 'recordLater'>): FailedAttempts {
  let seen = new Map<string, Repeated>()
  let byPrincipal = new Map<string, number>()
  let timer: NodeJS.Timeout | undefined

  function count(key: string, event: NewEvent): void {
    const known = seen.get(key)
    if (known) {
      known.repeats++
      return
    }
    seen.set(key, { event, repeats: 0 })
    log.recordLater(event)
    timer ??= setTimeout(flush, WINDOW_MS).unref()
  }

  /** The attempt without the fields that can differ each time. */
  function summed(event: NewEvent, isStranger: boolean): void {
    const { path: _, policy_id: __, condition: ___, reason: ____, ...details } = event.details ?? {}
    const { vaultId: _____, ...rest } = event
    const isCrowded = isStranger && seen.size >= TOLD_APART
    const address = isCrowded ? '' : event.ipAddress
    count(JSON.stringify([event.orgId, event.action, event.actorId, address, details['rule']]), {
      ...rest,
      resourceId: '',
      ipAddress: address,
      details: isStranger ? outcomeOnly(details) : { ...details, summed: true },
    })
  }

  function own(event: NewEvent): void {
    const principal = `${event.orgId} ${event.actorId}`
    const key = JSON.stringify([
      event.orgId,
      event.action,
      event.actorId,
      event.ipAddress,
      event.vaultId,
      event.resourceId,
      event.details,
    ])
    if (seen.has(key)) {
      count(key, event)
      return
    }
    const others = byPrincipal.get(principal) ?? 0
    if (others >= OWN_EVENTS) {
      summed(event, false)
      return
    }
    byPrincipal.set(principal, others + 1)
    count(key, event)
  }

  function flush(): void {
    clearTimeout(timer)
    timer = undefined
    const last = seen
    seen = new Map()
    byPrincipal = new Map()
    for (const { event, repeats } of last.values()) {
      if (repeats > 0) log.recordLater({ ...event, details: { ...event.details, repeats } })
    }
  }

  return {
    record(attempt) {
      const event = eventOf(attempt)
      if (!event) return
      if (attempt.actor) own(event)
      else summed(event, true)
    },
    flush,
  }
}

function outcomeOnly(details: NonNullable<NewEvent['details']>): NonNullable<NewEvent['details']> {
  return Object.fromEntries(
    Object.entries(details).filter(([name]) => name === 'outcome' || name === 'status' || name === 'rule'),
  )
}

/** Undefined for refused credentials: the service that refused them writes its own event. */
function eventOf({ action, actor, vaultId, path, status, reason, why, attempted, ip }: FailedAttempt): NewEvent | undefined {
  const isSignIn = action === 'auth.success'
  if (isSignIn && status === 401) return undefined
  const isDenied = status === 401 || status === 403
  return {
    orgId: actor?.orgId ?? NO_ORG,
    action: isSignIn ? 'auth.failure' : action,
    actorId: actor?.id ?? '',
    actorType: actor?.type ?? 'anonymous',
    resourceType: action.slice(0, action.indexOf('.')),
    resourceId: path ?? vaultId ?? '',
    ...(vaultId !== undefined && { vaultId }),
    details: {
      outcome: isDenied ? 'denied' : 'failed',
      status,
      ...(isDenied && why),
      ...(path !== undefined && { path }),
      ...(reason !== undefined && { reason }),
      ...attempted,
    },
    ipAddress: ip,
  }
}
