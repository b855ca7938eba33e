import { describe, expect, it } from 'vitest'
import type { Reply } from '../../src/client/client.ts'
import { fakeWorld, SIGNED_IN, VAULT_ID } from '../support/fake-context.ts'
import { runCommand } from '../support/run-command.ts'

const AT = '2026-03-01T12:00:00Z'
const JOBS: Reply<'admin.jobs'> = {
  jobs: [
    {
      name: 'back-up',
      description: 'Makes a backup when one is due.',
      every: 60,
      running: false,
      outcome: 'none-yet',
      next_at: AT,
    },
    {
      name: 'deliver-mail',
      description: 'Delivers waiting mail.',
      every: 1,
      running: false,
      last_started_at: AT,
      last_ended_at: AT,
      outcome: 'failed',
      error: 'The mail server does not answer.',
      next_at: AT,
    },
  ],
  tasks: [
    {
      id: VAULT_ID,
      kind: 'customer-key',
      vault_id: VAULT_ID,
      status: 'waiting',
      done: 3,
      total: 9,
      started_at: AT,
      message: 'It needs both customer keys again: `1claw cmek rotate`.',
    },
  ],
  tasks_total: 2,
}

const run = async (jobs: Reply<'admin.jobs'>, ...words: string[]) => {
  const world = fakeWorld({ env: SIGNED_IN, replies: { 'admin.jobs': () => jobs } })
  await runCommand(world.context, 'admin', 'jobs', ...words)
  return world
}

describe('1claw admin jobs', () => {
  it('lists jobs with their last result, then what they work on and wait for', async () => {
    const world = await run(JOBS)
    expect(world.exitCode()).toBe(0)
    for (const text of ['back-up', 'Makes a backup', 'failed', 'The mail server does not answer.', '3 of 9', '1claw cmek rotate'])
      expect(world.stdout()).toContain(text)
    expect(world.stdout()).not.toContain('none-yet')
    expect(world.stderr()).toContain('1 of 2 tasks.')
  })

  it('reports when no job is working', async () => {
    expect((await run({ ...JOBS, tasks: [], tasks_total: 0 })).stderr()).toContain('No rotation or migration of keys is running')
  })

  it('prints everything as one JSON document, and requests the given page', async () => {
    const world = await run(JOBS, '--json', '--limit', '1', '--offset', '1')
    expect(JSON.parse(world.stdout())).toEqual(JOBS)
    expect(world.asked).toMatchObject([{ id: 'admin.jobs', input: { query: { limit: 1, offset: 1 } } }])
  })
})
