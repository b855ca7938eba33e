import { Config } from '@oclif/core'
import { describe, expect, it } from 'vitest'
import Read from '../../../../../commands/read.ts'
import Run from '../../../../../commands/run.ts'
import SecretsGet from '../../../../../commands/secrets/get.ts'
import Serve from '../../../../../commands/serve.ts'
import { parseHot } from '../../../../../src/cli/fast-path/parse.ts'
import { READ } from '../../../../../src/cli/fast-path/read.ts'
import { SECRETS_GET } from '../../../../../src/cli/fast-path/secrets-get.ts'
import { SERVE } from '../../../../../src/cli/fast-path/serve.ts'
import { hotRun } from '../../../../../src/cli/fast-path/table.ts'
import { GLOBAL_FLAGS } from '../../../../../src/cli/flags/global-flags.ts'
import { RUN } from '../../../../../src/cli/flags/run-flags.ts'
import { fakeWorld } from '../../../../support/fake-context.ts'

const HOT = [
  [SECRETS_GET, SecretsGet],
  [READ, Read],
  [RUN, Run],
  [SERVE, Serve],
] as const

describe.each(HOT)('%o on the fast path and in oclif', (spec, command) => {
  it('has the same flags', () => {
    const known = Object.keys({ ...command.baseFlags, ...command.flags }).toSorted()
    expect(Object.keys({ ...GLOBAL_FLAGS, ...spec.flags }).toSorted()).toEqual(known)
  })

  it.each(Object.entries({ ...GLOBAL_FLAGS, ...spec.flags }))('has the same --%s', (name, flag) => {
    const twin = Object.entries({ ...command.baseFlags, ...command.flags }).find(([key]) => key === name)?.[1]
    expect(twin).toMatchObject({
      type: flag.type === 'boolean' ? 'boolean' : 'option',
      description: flag.description,
      ...('char' in flag && { char: flag.char }),
      ...('options' in flag && { options: flag.options }),
      ...('multiple' in flag && { multiple: true, multipleNonGreedy: true }),
    })
  })
})

class Parsing extends SecretsGet {
  result: unknown
  override async run(): Promise<void> {
    const { args, flags } = await this.parse(SecretsGet)
    this.result = { args: [args.path], flags }
  }
  start(): Promise<void> {
    return this._run()
  }
}

/** How oclif parses the words; undefined if it refuses them. */
async function byOclif(words: string[]): Promise<unknown> {
  const pjson = { name: '1claw', version: '0.0.0', oclif: { bin: '1claw' } }
  const parsing = new Parsing(words, await Config.load({ root: '/', pjson, ignoreManifest: true }), fakeWorld().context)
  await parsing.start()
  return parsing.result
}

function byHot(words: string[]): unknown {
  const parsed = parseHot(SECRETS_GET, words)
  return parsed && { args: parsed.args, flags: { ...parsed.flags } }
}

describe('the arguments of a fast-path command', () => {
  it.each([
    [['a/b']],
    [['a/b', '--version', '2']],
    [['--version=2', 'a/b', '--json']],
    [['a/b', '-o', 'yaml', '-q']],
    [['-oyaml', 'a/b']],
    [['a/b', '--output=json', '--no-input', '--vault', 'my vault']],
    [['--quiet', '--quiet', 'a/b']],
    [['--', 'a/b']],
    [['a/b', '--vault=']],
    [['a/b', '--vault', 'a=b=c']],
    [['a/b', '--out-file', '-']],
  ])('have the same meaning in both: %j', async words => {
    const hot = byHot(words)
    expect(hot).toBeDefined()
    expect(hot).toEqual(await byOclif(words))
  })

  it.each([
    [[]],
    [['a', '--nope']],
    [['a', '--version']],
    [['a', '--version', 'x']],
    [['a', '--version', '0']],
    [['a', '--version', '1', '--version', '2']],
    [['a', '--output', 'xml']],
    [['a', '--json=yes']],
    [['a', '--json', '--output', 'csv']],
    [['a', '--help']],
    [['a', '-x']],
  ])('are left to oclif when anything is unusual: %j', words => {
    expect(byHot(words)).toBeUndefined()
  })

  it('can be several where the command accepts several', () => {
    expect(parseHot(SECRETS_GET, ['a', 'b'])?.args).toEqual(['a', 'b'])
    expect(parseHot(READ, ['a', 'b'])).toBeUndefined()
  })

  it('end at the dashes before a program to run', () => {
    expect(parseHot(RUN, ['a/b', 'c', '--mask', '--', 'sh', '-c', 'x', '--json'])).toMatchObject({
      args: ['a/b', 'c'],
      flags: { mask: 'pipes' },
      rest: ['sh', '-c', 'x', '--json'],
    })
    expect(parseHot(RUN, ['a', '--only', 'A', '--only', 'B', '--', 'x'])?.flags.only).toEqual(['A', 'B'])
    expect(parseHot(RUN, ['--mask=always', '--', 'x', '--mask'])).toMatchObject({
      flags: { mask: 'always' },
      rest: ['x', '--mask'],
    })
    expect(parseHot(RUN, ['--mask=sometimes', '--', 'x'])).toBeUndefined()
    expect(parseHot(RUN, ['--watch=yes', '--', 'x'])).toBeUndefined()
    expect(parseHot(RUN, ['--mask'])).toBeUndefined()
    expect(parseHot(RUN, ['--mask', '--'])).toBeUndefined()
  })
})

const NO_TERMINAL = { isTTY: false, columns: 0, rows: 0, write: () => {} }

describe('a server', () => {
  it.each([[[]], [['--port', '0']], [['--dev', '--host', '::1', '--data-dir=x']]])('starts on the fast path: %j', async words => {
    expect(await hotRun(['serve', ...words], { stdout: NO_TERMINAL })).toBeInstanceOf(Function)
  })

  it.each([[['--port', '65536']], [['--port', 'x']], [['here']], [['--prot', '0']]])(
    'is left to oclif, which reports what is wrong: %j',
    async words => {
      expect(await hotRun(['serve', ...words], { stdout: NO_TERMINAL })).toBeUndefined()
    },
  )
})
