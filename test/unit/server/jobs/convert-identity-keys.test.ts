import { expect, it } from 'vitest'
import { convertIdentityKeys } from '../../../../server/jobs/convert-identity-keys.ts'

it('converts identity keys at the start, again until it went well, and then no more', async () => {
  const failures: unknown[] = []
  let rounds = 0
  let convertedTwice = () => {}
  const twice = new Promise<void>(resolve => {
    convertedTwice = resolve
  })
  const convertAll = async () => {
    rounds += 1
    if (rounds === 1) throw new Error('The key provider is away.')
    convertedTwice()
  }
  const job = convertIdentityKeys({ identityEncoding: { convertAll }, failed: error => failures.push(error), everyMs: 1 })
  await twice
  await job.stop()
  expect({ rounds, failures }).toMatchObject({ rounds: 2, failures: [{ message: 'The key provider is away.' }] })
})
