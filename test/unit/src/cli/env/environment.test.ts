import { describe, expect, it } from 'vitest'
import { maskCommands } from '../../../../../src/cli/context/ci-masks.ts'
import { childEnvironment } from '../../../../../src/cli/env/environment.ts'
import type { Variable } from '../../../../../src/cli/env/names.ts'

const variables = (values: Record<string, string>) =>
  new Map(Object.entries(values).map(([name, value]): [string, Variable] => [name, { name, value, origin: `prod/${name}` }]))

describe('the environment of a child', () => {
  const inherited = { PATH: '/bin', DB_URL: 'old', EDITOR: 'vi', GONE: undefined, LC_ALL: 'C' }

  it('adds the secrets and keeps existing variables, saying which', () => {
    const { env, kept } = childEnvironment({ inherited, variables: variables({ DB_URL: 'new', TOKEN: 't' }) })
    expect({ ...env }).toEqual({ PATH: '/bin', DB_URL: 'old', EDITOR: 'vi', LC_ALL: 'C', TOKEN: 't' })
    expect(kept).toEqual(['DB_URL'])
  })

  it('does not mention a variable that already has the same value', () => {
    expect(childEnvironment({ inherited, variables: variables({ DB_URL: 'old' }) }).kept).toEqual([])
  })

  it('prefers secrets on request', () => {
    const { env, kept } = childEnvironment({ inherited, variables: variables({ DB_URL: 'new' }), overload: true })
    expect([env['DB_URL'], kept]).toEqual(['new', []])
  })

  it('treats an empty variable as set', () => {
    expect(childEnvironment({ inherited: { A: '' }, variables: variables({ A: 'x' }) })).toMatchObject({
      env: { A: '' },
      kept: ['A'],
    })
  })

  it('inherits only the basics when pristine', () => {
    const { env } = childEnvironment({ inherited, variables: variables({ TOKEN: 't' }), pristine: true })
    expect({ ...env }).toEqual({ PATH: '/bin', LC_ALL: 'C', TOKEN: 't' })
  })

  it('never passes on our credentials', () => {
    const ours = {
      ONECLAW_TOKEN: 'x',
      ONECLAW_API_KEY: 'x',
      ONECLAW_AGENT_API_KEY: 'x',
      ONECLAW_AGENT_ID: 'x',
      ONECLAW_CMEK_KEY: 'x',
    }
    const { env } = childEnvironment({ inherited: { ...ours, ONECLAW_API_URL: 'u' }, variables: variables({}) })
    expect({ ...env }).toEqual({ ONECLAW_API_URL: 'u' })
  })

  it('treats names that are special in JavaScript like others', () => {
    const { env } = childEnvironment({
      inherited: {},
      variables: variables({ constructor: 'c', ['__proto__']: 'p', toString: 's' }),
    })
    expect(Object.entries(env).sort()).toEqual([
      ['__proto__', 'p'],
      ['constructor', 'c'],
      ['toString', 's'],
    ])
  })

  it('refuses NUL, naming the path and not the value', () => {
    expect(() => childEnvironment({ inherited: {}, variables: variables({ A: 's3cret\0' }) })).toThrow(
      'The value of prod/A has a NUL character, which a variable cannot contain.',
    )
  })
})

describe('masks for GitHub', () => {
  it('covers each whole value and each line of it, escaped for the runner', () => {
    expect(maskCommands({ GITHUB_ACTIONS: 'true' }, ['s3cret', '50% off\r\n  line two\nab\n', 's3cret', '', ' \n'])).toBe(
      ['s3cret', '50%25 off%0D%0A  line two%0Aab%0A', '50%25 off', '  line two'].map(text => `::add-mask::${text}\n`).join(''),
    )
  })
})
