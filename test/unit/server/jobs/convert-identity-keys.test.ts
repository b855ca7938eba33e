import { expect, it } from 'vitest'
import { convertIdentityKeys } from '../../../../server/jobs/convert-identity-keys.ts'

it('the job converts identity keys at the start, retries until it succeeds, and then stops', async () => {
  const failures: unknown[] = []
  let repeat = 0
  let convertedTwice = () => {}
  const twice = new Promise<void>(resolve => {
    convertedTwice = resolve
  })
  const convertAll = async () => {
    repeat += 1
    if (repeat === 1) throw new Error('The key provider is away.')
    convertedTwice()
  }
  const job = convertIdentityKeys({ identityEncoding: { convertAll }, failed: error => failures.push(error), everyMs: 1 })
  await twice
  await job.stop()
  expect({ repeat, failures }).toMatchObject({ repeat: 2, failures: [{ message: 'The key provider is away.' }] })
})
