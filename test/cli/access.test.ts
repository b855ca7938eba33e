import { expect, it } from 'vitest'
import { fakeWorld, SIGNED_IN, VAULT_ID } from '../support/fake-context.ts'
import { runCommand } from '../support/run-command.ts'

const ID = '5f0c8f4e-8c9e-4f57-9d0e-2f6f3f1b7a10'
const request = {
  ...{ id: ID, vault_id: VAULT_ID, vault_name: 'production', secret_path_pattern: 'stripe/key', permissions: ['read'] },
  ...{ requester_type: 'agent' as const, requester_id: VAULT_ID, requester_name: 'deployer', reason: 'a refund' },
  ...{ duration_seconds: 90_000, status: 'pending' as 'pending' | 'approved' | 'declined', can_decide: true },
  ...{ created_at: '2026-01-01T00:00:00.000Z', expires_at: '2026-01-08T00:00:00.000Z' },
}

/** A world whose request is decided at the third poll. */
function worldOf(decision: 'approved' | 'declined' = 'approved') {
  let looks = 0
  return fakeWorld({
    env: SIGNED_IN,
    replies: {
      'access-requests.create': () => request,
      'access-requests.get': () => ({ ...request, status: ++looks < 3 ? ('pending' as const) : decision, note: 'ask billing' }),
      'access-requests.list': () => ({ requests: [request] }),
      'access-requests.approve': () => ({ ...request, status: 'approved' as const }),
      'access-requests.decline': () => ({ ...request, status: 'declined' as const }),
      'access-requests.withdraw': () => undefined,
    },
  })
}

const ASK = ['access', 'request', 'stripe/key', '--vault', VAULT_ID, '--for', '1d', '--reason', 'a refund'] as const

it('access request sends the path, the duration and the reason', async () => {
  const world = worldOf()
  await runCommand(world.context, ...ASK, '--permission', 'read,write', '--output', 'name')
  expect(world.stdout()).toBe(`${ID}\n`)
  expect(world.asked.at(-1)).toMatchObject({
    id: 'access-requests.create',
    input: {
      params: { vault_id: VAULT_ID },
      body: { secret_path_pattern: 'stripe/key', reason: 'a refund', duration_seconds: 86_400, permissions: ['read', 'write'] },
    },
  })
})

it('access request waits for the decision and prints what was approved', async () => {
  const world = worldOf()
  await runCommand(world.context, ...ASK, '--wait', '--jq', '.status')
  expect([world.stdout(), world.exitCode()]).toEqual(['approved\n', 0])
  expect(world.asked.filter(({ id }) => id === 'access-requests.get')).toHaveLength(3)
})

it('a declined request exits with the code of a human refusal and prints the note', async () => {
  const world = worldOf('declined')
  await runCommand(world.context, ...ASK, '--wait')
  expect(world.exitCode()).toBe(9)
  expect(world.stderr()).toContain('The request was declined: ask billing.')
})

it('access list shows who asks for what, for how long and why', async () => {
  const world = worldOf()
  await runCommand(world.context, 'access', 'list', '--output', 'csv')
  expect(world.stdout()).toContain('deployer,read,stripe/key,production,1d1h,a refund,pending')
})

it('access approve grants only what was confirmed, for the given duration', async () => {
  const unconfirmed = worldOf()
  await runCommand(unconfirmed.context, 'access', 'approve', ID)
  expect([unconfirmed.exitCode(), unconfirmed.asked.map(({ id }) => id)]).toEqual([2, ['access-requests.get']])
  const world = worldOf()
  await runCommand(world.context, 'access', 'approve', ID, '--for', '2h', '--yes')
  expect(world.asked.at(-1)).toMatchObject({
    id: 'access-requests.approve',
    input: { params: { request_id: ID }, body: { duration_seconds: 7200 } },
  })
})

it('access decline sends a note, and access withdraw withdraws', async () => {
  const world = worldOf()
  await runCommand(world.context, 'access', 'decline', ID, '--note', 'use staging')
  expect(world.asked.at(-1)).toMatchObject({ id: 'access-requests.decline', input: { body: { note: 'use staging' } } })
  await runCommand(world.context, 'access', 'withdraw', ID)
  expect(world.asked.at(-1)).toMatchObject({ id: 'access-requests.withdraw', input: { params: { request_id: ID } } })
})
