import { parseEnv } from 'node:util'
import { expect, it } from 'vitest'
import { dotenvEntries, entriesIn } from '../../../../../server/console/pages/all-secrets/import/entries-in.ts'

it('a .env file is read as by Node', () => {
  const text = [
    '# comment',
    'PLAIN=value',
    'SPACED = a b c   ',
    'export EXPORTED=yes',
    'COMMENTED=value # not this',
    'HASH="a#b"',
    'SINGLE=\'a\\nb "c"\'',
    'DOUBLE="line\\nbreak"',
    'MANY="first',
    'second"',
    'BACK=`a "b" \'c\'`',
    'URL=postgres://u:p@host/db?x=1&y=2',
    'EQUALS=a=b=c',
    '',
  ].join('\r\n')
  expect(Object.fromEntries(dotenvEntries(text).map(({ path, value }) => [path, value]))).toEqual(
    parseEnv(text.replaceAll('\r\n', '\n')),
  )
})

it('the fields of a JSON object go into a folder below the chosen one', () => {
  expect(entriesIn('{"db": {"url": "u", "port": 5432}, "debug": false}', '/prod/')).toEqual({
    entries: [
      { path: 'prod/db/url', value: 'u' },
      { path: 'prod/db/port', value: '5432' },
      { path: 'prod/debug', value: 'false' },
    ],
  })
})

it('entries without a value are left out, and the last of a name counts', () => {
  expect(entriesIn('A=1\nB=\nA=2', '')).toEqual({ entries: [{ path: 'A', value: '2' }] })
})

it('a faulty file is reported: no JSON, a list, a name that cannot be a path', () => {
  expect(entriesIn('{"a": ', '')).toEqual({ fault: 'This is not valid JSON.' })
  expect(entriesIn('{"a": {"b": [1]}}', '')).toEqual({ fault: 'a/b is a list or null; a secret is a text.' })
  expect(entriesIn('A B=1', '')).toEqual({ fault: expect.stringContaining('"A B" cannot be a path.') })
  expect(entriesIn('A=1', 'my folder')).toEqual({ fault: expect.stringContaining('cannot be a path.') })
  expect(entriesIn('{"../a": "1"}', '')).toEqual({ fault: expect.stringContaining('cannot be a path.') })
})
