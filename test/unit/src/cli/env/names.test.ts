import { describe, expect, it } from 'vitest'
import { namedVariables, nameOf, type Variable } from '../../../../../src/cli/env/names.ts'
import { FAMILIES, steered } from '../../../../../src/cli/env/steering.ts'

const of = (...pairs: [string, string][]): Variable[] =>
  pairs.map(([name, origin]) => ({ name, origin, value: `value of ${origin}` }))

describe('a variable’s name', () => {
  it.each([
    ['DB', 'last', 'DB'],
    ['prod/db-url', 'last', 'DB_URL'],
    ['prod/db.url', 'last', 'DB_URL'],
    ['a/b/c_D', 'last', 'C_D'],
    ['prod/db-url', 'path', 'PROD_DB_URL'],
    ['a.b/c-d/e', 'path', 'A_B_C_D_E'],
    ['prod/3scale', 'last', '3SCALE'],
  ] as const)('%s, by %s, is %s', (path, naming, name) => {
    expect(nameOf(path, naming)).toBe(name)
  })
})

describe('the collected variables', () => {
  it('keep each with its origin', () => {
    const named = namedVariables(of(['A', 'x/a'], ['B', 'x/b']))
    expect([...named.values()].map(({ name, origin }) => `${name} ${origin}`)).toEqual(['A x/a', 'B x/b'])
  })

  it('refuse two with the same name, and name both', () => {
    expect(() => namedVariables(of(['DB_URL', 'prod/db-url'], ['DB_URL', 'prod/db.url']))).toThrow(
      'prod/db-url and prod/db.url would both be the variable DB_URL.',
    )
  })

  it.each(['3SCALE', '', 'Ä', 'A B', 'A=B', 'A\n'])('refuse the name %j, and name its origin', name => {
    expect(() => namedVariables(of([name, 'prod/odd']))).toThrow('prod/odd would be the variable')
  })

  it('never show a value', () => {
    for (const bad of [of(['1', 'x']), of(['A', 'x'], ['A', 'y'])]) {
      expect(() => namedVariables(bad)).toThrow(expect.not.objectContaining({ message: expect.stringContaining('value of') }))
    }
  })

  it('include only what is selected, ignoring the names of others', () => {
    const all = of(['A', 'x/a'], ['3', 'x/3'], ['B', 'x/b'], ['B', 'y/b'])
    expect([...namedVariables(all, { only: ['A'] }).keys()]).toEqual(['A'])
    expect(() => namedVariables(all, { only: ['B'] })).toThrow('x/b and y/b')
  })

  it('fail without a selected one', () => {
    expect(() => namedVariables(of(['A', 'x/a']), { only: ['A', 'C'] })).toThrow('--only asks for C')
  })

  it.each([
    'PATH',
    'LD_PRELOAD',
    'DYLD_INSERT_LIBRARIES',
    'NODE_OPTIONS',
    'BASH_ENV',
    'ENV',
    'PROMPT_COMMAND',
    'PYTHONSTARTUP',
    'PERL5OPT',
    'RUBYOPT',
    'JAVA_TOOL_OPTIONS',
    'GIT_SSH_COMMAND',
    'EDITOR',
    'node_options',
  ])('include %s only when it is allowed by name', name => {
    expect(() => namedVariables(of([name, 'prod/x']))).toThrow(`prod/x would set ${name}`)
    expect(() => namedVariables(of([name, 'prod/x']), { only: [name] })).toThrow(`prod/x would set ${name}`)
    expect(namedVariables(of([name, 'prod/x']), { allowSpecial: [name] }).has(name)).toBe(true)
    expect(namedVariables([{ name, value: '', origin: '.env', literal: true }]).has(name)).toBe(true)
  })

  it.each(FAMILIES)('recognise the variables of $family', ({ examples, source }) => {
    expect(source).toMatch(/^https:|^docs\//)
    for (const name of examples) {
      expect([name, steered(name), steered(name.toLowerCase()), steered(name.toUpperCase())]).not.toContain(undefined)
    }
  })

  it('report all invalid ones together, without the excluded ones', () => {
    const found = of(['1', 'a/1'], ['PATH', 'a/path'], ['A', 'a/a'], ['A', 'b/a'], ['B', 'a/b'])
    expect(() => namedVariables(found)).toThrow(/a\/1 [\s\S]*a\/path [\s\S]*a\/a and b\/a/)
    expect([...namedVariables(found, { exclude: ['1', 'P?TH', 'A*'] }).keys()]).toEqual(['B'])
  })

  it.each([
    'PATHS',
    'DB_PATH',
    'NODE_AUTH_TOKEN',
    'NPM_TOKEN',
    'CARGO_REGISTRY_TOKEN',
    'UV_PUBLISH_TOKEN',
    'GIT_TOKEN',
    'AWS_SECRET_ACCESS_KEY',
    'DATABASE_URL',
    'SHELL_TOKEN',
    'ENVIRONMENT',
    'PS1_TOKEN',
    'HELM_REPO_PASSWORD',
    'CONDA_TOKEN',
    'NIX_SIGNING_KEY',
    'VOLTA_API_KEY',
    'PGPASSWORD',
    'PGHOST',
    'MYSQL_PWD',
  ])('recognise %s', name => {
    expect(namedVariables(of([name, 'prod/x'])).has(name)).toBe(true)
  })
})
