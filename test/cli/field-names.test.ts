import { expect, it } from 'vitest'
import { Problem } from '../../src/problem.ts'
import { fakeWorld, SIGNED_IN } from '../support/fake-context.ts'
import { runCommand } from '../support/run-command.ts'

const refused = () => {
  throw new Problem('request.invalid', 'scopes[1] is not a pattern.', { fields: { 'scopes[1]': 'is not a pattern' } })
}

async function stderrOf(...more: string[]): Promise<string> {
  const world = fakeWorld({ env: SIGNED_IN, replies: { 'api-keys.create': refused } })
  await runCommand(world.context, 'api-keys', 'create', 'ci', '--scope', 'a', '--scope', 'b', ...more)
  return world.stderr()
}

it('an error names the flag of a refused field', async () => {
  expect(await stderrOf()).toBe('error: --scope (entry 2) is not a pattern.\n')
})

it('an error for programs names the field of the API', async () => {
  expect(JSON.parse(await stderrOf('--json')).error).toMatchObject({
    detail: 'scopes[1] is not a pattern.',
    fields: { 'scopes[1]': 'is not a pattern' },
  })
})
