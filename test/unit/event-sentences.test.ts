import { expect, it } from 'vitest'
import { SENTENCES } from '../../server/console/pages/audit/sentences.ts'
import { endpoints } from '../../src/contract/all.ts'
import type { EndpointSpec } from '../../src/contract/schema/endpoint.ts'
import { sourceFiles } from '../support/house/files.ts'

/** Where the server names the action of an event itself. */
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
