/** Mails of one kind a day to one address, and on behalf of one organisation: nobody can have a stranger's mailbox flooded. */
const TO_ONE_ADDRESS = 10
const OF_ONE_ORGANISATION = 200

interface Counters {
  countFailure(kind: string, identity: string, rule: { now: number; maxFailures: number; lockMs: number }): Promise<number>
}

interface Asked {
  /** What the mails are about, e.g. `invitation`. */
  readonly kind: string
  /** Canonical. */
  readonly email: string
  /** On whose behalf; absent where a stranger asks. */
  readonly orgId?: string
}

/** Counts a mail that is about to be written, within its unit of work. False when it is one too many today (UTC). */
export async function mayMail(auth: Counters, { kind, email, orgId }: Asked, now: number): Promise<boolean> {
  const day = new Date(now).toISOString().slice(0, 10)
  const count = (whose: string) =>
    auth.countFailure(`mail:${kind}`, `${whose} ${day}`, { now, maxFailures: Number.MAX_SAFE_INTEGER, lockMs: 0 })
  const toAddress = await count(`email:${email}`)
  const ofOrganisation = orgId === undefined ? 0 : await count(`org:${orgId}`)
  return toAddress <= TO_ONE_ADDRESS && ofOrganisation <= OF_ONE_ORGANISATION
}
