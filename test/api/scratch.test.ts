import { expect, it } from 'vitest'
import { makeWorld, PASSWORD } from '../support/world.ts'
it.each(['sqlite','postgres'] as const)('race %s', async engine => {
  const world = await makeWorld(engine, { logLevel: 'error' })
  for (let round = 0; round < 15; round++) {
    const replies = await Promise.all(Array.from({ length: 8 }, (_, i) => world.call('POST', '/v1/auth/signup', { body: { email: i % 2 ? `race${round}@example.com` : ` RACE${round}@example.com`, password: PASSWORD } })))
    console.log(replies.map(r => r.status).join())
  }
  await world.close()
  expect(1).toBe(1)
}, 60000)
