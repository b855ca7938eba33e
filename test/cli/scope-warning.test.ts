import { expect, it } from 'vitest'
import type { Reply } from '../../src/client/client.ts'
import { Problem } from '../../src/problem.ts'
import { fakeWorld, type Replies, SIGNED_IN } from '../support/fake-context.ts'
import { runCommand } from '../support/run-command.ts'

const [PROD, KEYS] = ['5f0c8f4e-8c9e-4f57-9d0e-2f6f3f1b7a10', '6f0c8f4e-8c9e-4f57-9d0e-2f6f3f1b7a10']

it('a scope that matches no secret is named when an agent is created, even if a vault cannot be listed', async () => {
  const replies: Replies = {
    'agents.register': () =>
      ({
        agent: { id: PROD, name: 'ci', scopes: ['vault.read', 'prod/*', 'team:ops'] },
        api_key: 'ocv_key',
      }) as Reply<'agents.register'>,
    'vaults.list': () => ({ vaults: [{ id: KEYS }, { id: PROD }] }) as Reply<'vaults.list'>,
    'secrets.list'({ params }) {
      if (params.vault_id === KEYS) throw new Problem('policy.denied', 'Insufficient permissions')
      return { secrets: [{ path: 'prod/db' }] } as Reply<'secrets.list'>
    },
  }
  const world = fakeWorld({ env: SIGNED_IN, replies })
  await runCommand(world.context, 'agents', 'create', 'ci', '--scope', 'vault.read', '--scope', 'prod/*', '--scope', 'team:ops')
  expect(world.stderr()).toContain('warning: The scope vault.read matches no secret.')
  expect(world.stderr()).not.toContain('prod/*')
  expect(world.stderr()).not.toContain('team:ops')
})
