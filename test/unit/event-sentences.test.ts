import { expect, it } from 'vitest'
import { whyOf } from '../../server/console/pages/audit/reasons.ts'
import { SENTENCES } from '../../server/console/pages/audit/sentences.ts'
import { endpoints } from '../../src/contract/all.ts'
import type { EndpointSpec } from '../../src/contract/schema/endpoint.ts'
import { sourceFiles } from '../support/house/files.ts'

/** Where the server itself names the action of an event. */
const NAMED = /(?:Event\([\w.]+, |action: |ACTION = |eventOf\(|note\(stores, orgId, )'([a-z_]+\.[a-z_-]+)'/g

it('every event that the server records has a sentence for people', () => {
  const server = sourceFiles().filter(({ path }) => /^server\/(?!console)/.test(path))
  const recorded = new Set([
    ...(endpoints as readonly EndpointSpec[]).flatMap(({ audit }) => audit ?? []),
    ...server.flatMap(({ text }) => Array.from(text.matchAll(NAMED), ([, action = '']) => action)),
  ])
  expect(recorded.size).toBeGreaterThan(80)
  expect([...recorded].filter(action => SENTENCES[action] === undefined)).toEqual([])
  expect(Object.values(SENTENCES).filter(sentence => sentence.length > 26)).toEqual([])
})

/** Where the server names the limit of an agent that denies something. */
const GUARDRAIL = /(?:guardrail: |guardrail = |refusal\(|rule: )'((?:tx|eip712|raw|message)_[a-z_]+)'/g

it('every limit that stops a transaction or a message has words for people', () => {
  const intents = sourceFiles().filter(({ path }) => path.startsWith('server/modules/intents/'))
  const rules = new Set(intents.flatMap(({ text }) => Array.from(text.matchAll(GUARDRAIL), ([, rule = '']) => rule)))
  expect(rules.size).toBeGreaterThan(6)
  const said = [...rules].map(rule => whyOf({ ip_address: '', details: { rule } }))
  expect(said.filter(words => words === undefined || /_|Stopped by/.test(words))).toEqual([])
})
