/** Limits of mails of one kind per day, to one address and on behalf of one organisation, so that nobody can flood a stranger's mailbox. */
const TO_ONE_ADDRESS = 10
const OF_ONE_ORGANISATION = 200

interface Counters {
  countFailure(kind: string, identity: string, rule: { now: number; maxFailures: number; lockMs: number }): Promise<number>
}

interface Asked {
  /** The kind of mail, such as `invitation`. */
  readonly kind: string
  /** Canonical. */
  readonly email: string
  /** The organisation that sends it; absent if a stranger requests it. */
  readonly orgId?: string
}

/** Counts a mail before it is written, within its unit of work. False if it exceeds the limit of today (UTC). */
export async function mayMail(auth: Counters, { kind, email, orgId }: Asked, now: number): Promise<boolean> {
  const day = new Date(now).toISOString().slice(0, 10)
  const count = (whose: string) =>
    auth.countFailure(`mail:${kind}`, `${whose} ${day}`, { now, maxFailures: Number.MAX_SAFE_INTEGER, lockMs: 0 })
  const toAddress = await count(`email:${email}`)
  const ofOrganisation = orgId === undefined ? 0 : await count(`org:${orgId}`)
  return toAddress <= TO_ONE_ADDRESS && ofOrganisation <= OF_ONE_ORGANISATION
}
