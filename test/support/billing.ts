import { randomUUID } from 'node:crypto'
import { monthOf, nextMonth } from '../../server/modules/billing/periods.ts'
import { ok, type TestUser, type World } from './world.ts'

const YEAR_MS = 365 * 24 * 3_600_000

/** Turns limits on, like a platform administrator. */
export async function enforce(world: World, admin: TestUser): Promise<void> {
  await ok(world.call('PUT', '/v1/admin/settings/billing.enforced', { token: admin.token, body: { value: 'true' } }))
}

/** A server that enforces limits, with its admin as the only account. */
export async function enforcing(world: World): Promise<TestUser> {
  const admin = await world.signUp()
  await enforce(world, admin)
  return admin
}

/** Credits as if they had been paid. */
export async function giveCredits(world: World, orgId: string, cents: number, reference = randomUUID()): Promise<void> {
  const at = Date.now()
  await world.server.database.run(({ credits }) =>
    credits.topUp({ orgId, description: 'Test', reference, at }, cents, at + YEAR_MS),
  )
}

/** Uses up the month's requests except for some. */
export async function exhaust(world: World, orgId: string, left = 0, limit = 1000): Promise<void> {
  await world.server.services.tally.flush()
  await world.server.database.run(async ({ usage }) => {
    // A test that moves the clock can end in the next month.
    for (const period of [monthOf(Date.now()), monthOf(nextMonth(Date.now()))]) {
      const { requests } = await usage.total(orgId, period)
      await usage.add({ orgId, period, requests: limit - left - requests, paidRequests: 0, costMicros: 0 })
    }
  })
  world.server.services.tally.forget()
}

/** The three sums that must always agree. */
export function sumsOf(world: World, orgId: string) {
  return world.server.database.read(({ credits }) => credits.sums(orgId))
}
