import { expect, it } from 'vitest'
import { attemptOf } from '../../../../../../server/console/pages/audit/sentences.ts'

it.each([
  ['secret.read', 'stripe/key', 'production', 'read stripe/key in production'],
  ['secret.list', '', 'production', 'list secrets in production'],
  ['vault.read', '', 'production', 'view production'],
  ['vault.create', '', '', 'create a vault'],
  ['agent.update', 'deployer', '', 'change an agent, deployer'],
  ['newer.action', 'it', '', 'newer.action, it'],
])('the denied action %s on %s in %s is a part of a sentence', (action, resource, vault, words) => {
  expect(attemptOf(action, resource, vault)).toBe(words)
})
