import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { inWordsOf, spokenName } from '../../../../../src/cli/oclif/field-names.ts'
import { endpoints } from '../../../../../src/contract/all.ts'
import type { EndpointSpec } from '../../../../../src/contract/schema/endpoint.ts'
import { Problem } from '../../../../../src/problem.ts'
import { ROOT } from '../../../../support/house/files.ts'

interface Described {
  readonly flags: Readonly<Record<string, unknown>>
  readonly args: Readonly<Record<string, unknown>>
}

const { commands } = JSON.parse(readFileSync(join(ROOT, 'oclif.manifest.json'), 'utf8')) as {
  commands: Record<string, Described>
}
const ALL: readonly EndpointSpec[] = endpoints

/** The operations in the source of a command. */
function operationsOf(id: string): EndpointSpec[] {
  const text = readFileSync(join(ROOT, 'commands', `${id.replaceAll(':', '/')}.ts`), 'utf8')
  const called = new Set([...text.matchAll(/\.call\(\s*'([a-z0-9.-]+)'/g)].map(([, operation]) => operation))
  return ALL.filter(operation => called.has(operation.id))
}

/** Fields that a command does not send, or for which it prompts. */
const UNSPOKEN: Readonly<Record<string, string>> = {
  'account:change-password current_password': 'asked for',
  'account:change-password new_password': 'asked for',
  'admin:chains:add is_enabled': 'not sent',
  'admin:chains:add ws_url': 'not sent',
  'admin:chains:update ws_url': 'not sent',
  'agents:create shroud_config': 'not sent',
  'agents:create shroud_enabled': 'not sent',
  'agents:enroll agent_id': 'polled with what the server gave',
  'agents:enroll api_key': 'polled with what the server gave',
  'agents:enroll client_assertion': 'not sent',
  'agents:update auth_method': 'not sent',
  'agents:update shroud_config': 'not sent',
  'agents:update shroud_enabled': 'not sent',
  'mfa:disable code': 'asked for',
  'mfa:disable password': 'asked for',
  'mfa:enable code': 'asked for',
  'org:invite include': 'always sent',
  'policies:update principal_id': 'not sent',
  'policies:update principal_type': 'not sent',
  'policies:update secret_path_pattern': 'not sent',
  'secrets:rotate type': 'not sent',
  'secrets:set rotation_policy': 'not sent',
  'shares:create permissions': 'not sent',
  'vaults:rename description': 'not sent',
}

describe('the fields that a command sends', () => {
  const sent = Object.entries(commands).flatMap(([id, { flags, args }]) =>
    operationsOf(id).flatMap(({ body }) =>
      Object.keys(body?.shape ?? {}).map(field => ({ id, field, name: spokenName(field, { flags, args, argv: [] }) })),
    ),
  )

  it('are known', () => {
    expect(sent.length).toBeGreaterThan(100)
  })

  it('have a flag or an argument in every command', () => {
    const without = sent.filter(({ name }) => name === undefined).map(({ id, field }) => `${id} ${field}`)
    expect([...new Set(without)].toSorted()).toEqual(Object.keys(UNSPOKEN).toSorted())
  })
})

describe('an error about a field', () => {
  const spoken = {
    flags: { scope: {}, ip: {}, agent: {}, user: {}, after: {}, timezone: {} },
    args: { pattern: {} },
    argv: ['--user', 'u'],
  }

  it.each([
    ['scopes', '--scope'],
    ['scopes[1]', '--scope (entry 2)'],
    ['conditions.ip_allowlist[0]', '--ip (entry 1)'],
    ['conditions.time_window.timezone', '--timezone'],
    ['conditions.time_window', '--after'],
    ['secret_path_pattern', '<pattern>'],
    ['principal_id', '--user'],
    ['metadata', undefined],
  ])('%s is called %s', (field, name) => {
    expect(spokenName(field, spoken)).toBe(name)
  })

  it('names the flag that was used', () => {
    const fault = 'must have at most 255 characters'
    const told = inWordsOf(new Problem('request.invalid', `scopes[0] ${fault}.`, { fields: { 'scopes[0]': fault } }), spoken)
    expect([told.message, told.extras.fields]).toEqual([`--scope (entry 1) ${fault}.`, { '--scope (entry 1)': fault }])
  })

  it('keeps the API’s name if no flag sets the field, and the server’s sentence', () => {
    const problem = new Problem('request.invalid', 'The request is not valid', { fields: { metadata: 'is too large' } })
    const told = inWordsOf(problem, spoken)
    expect([told.message, told.extras.fields]).toEqual(['The request is not valid', { metadata: 'is too large' }])
  })
})
