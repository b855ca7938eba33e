import { describe, expect, it } from 'vitest'
import { checkJq, jqText } from '../../../../../src/cli/output/jq.ts'

const textOf = async (expression: string, answer: unknown) => (await jqText(expression, answer)).text

describe('a jq expression', () => {
  it.each([
    ['.', { a: [1, 'x'] }, '{"a":[1,"x"]}\n'],
    ['.[].name', [{ name: 'ä\nb' }, { name: 'c' }], 'ä\nb\nc\n'],
    ['.[]', [null, true, 1.5, {}, []], 'null\ntrue\n1.5\n{}\n[]\n'],
    ['.[] | select(. > 5)', [1, 2], ''],
    ['.a', { a: 'no newline is added to one\n' }, 'no newline is added to one\n\n'],
    ['"-n"', null, '-n\n'],
    ['-.a', { a: 1 }, '-1\n'],
    ['"\\(.a)\\u0000"', { a: '\u2028' }, '\u2028\0\n'],
  ])('%s of %j prints %j', async (expression, answer, text) => {
    await checkJq(expression)
    expect(await textOf(expression, answer)).toBe(text)
  })

  it.each([
    ['.a |', /unexpected end of file \(line 1, column 4\)\.$/],
    ['.a |\n  nothing(1)', /nothing\/1 is not defined \(line 2, column 3\)\.$/],
    ['', /program not given/],
    ['import "a" as a; .', /module not found: a/],
  ])('is refused with the position: %j', async (expression, message) => {
    await expect(checkJq(expression)).rejects.toMatchObject({ code: 'usage', message: expect.stringMatching(message) })
  })

  it('that fails on the output says why, and shows no value', async () => {
    const answer = { value: 'hun)("ter2', list: ['hun)("ter2'] }
    for (const expression of ['.value | tonumber', '.value + 1', '.list - 1', '{a: 1} | .[$__loc__]', '.value.name']) {
      const failure = jqText(expression, answer)
      await expect(failure).rejects.toMatchObject({
        code: 'usage',
        extras: { hint: expect.stringContaining('The command succeeded') },
      })
      await expect(failure).rejects.toMatchObject({ message: expect.not.stringContaining('hun') })
    }
    await expect(jqText('.value.name', answer)).rejects.toThrow('Cannot index string with string ("name").')
  })

  it('cannot access the machine', async () => {
    process.env['ONECLAW_TEST_CANARY'] = 'canary'
    expect(await textOf('[env, $ENV]', null)).not.toContain('canary')
    delete process.env['ONECLAW_TEST_CANARY']
  })

  it('can print debug messages, which are not part of the output', async () => {
    expect(await jqText('.a | debug', { a: 1 })).toEqual({ text: '1\n', remarks: '["DEBUG:",1]\n' })
  })
})
