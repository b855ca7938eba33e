import { describe, expect, it } from 'vitest'
import { fieldOf } from '../../../../../src/cli/references/field.ts'
import { resolvedBytes, resolvedText } from '../../../../../src/cli/references/resolve.ts'

const secret = (value: string, type = 'generic') => ({ path: 'prod/x', type, value })

const block = (label: string, body: string) => `-----BEGIN ${label}-----\n${body}\n-----END ${label}-----\n`

describe('a field', () => {
  const JSON_VALUE =
    '{"a":"1","b.c":"dotted","b":{"c":"inner","list":["x",{"y":true}]},"big":12345678901234567890,"n":null,"constructor":"own"}'

  it.each([
    ['a', '1'],
    ['b.c', 'dotted'],
    ['b.list.0', 'x'],
    ['b.list.1.y', 'true'],
    ['b', '{"c":"inner","list":["x",{"y":true}]}'],
    ['big', '12345678901234567890'],
    ['n', 'null'],
    ['constructor', 'own'],
  ])('%s of a JSON object', (field, text) => {
    expect(fieldOf(secret(JSON_VALUE), field)).toBe(text)
  })

  it('is a variable of a bundle', () => {
    expect(fieldOf(secret('A=1\nB="two words"', 'env_bundle'), 'B')).toBe('two words')
    expect(fieldOf(secret('{"A.B":"1"}', 'env_bundle'), 'A.B')).toBe('1')
  })

  it('is a part of a PEM file', () => {
    const [leaf, middle, root] = ['one', 'two', 'three'].map(body => block('CERTIFICATE', body))
    const key = block('EC PRIVATE KEY', 'key')
    const pem = secret(`${key}${leaf}# a remark\n${middle}${root}`)
    expect(fieldOf(pem, 'certificate')).toBe(leaf)
    expect(fieldOf(pem, 'chain')).toBe(`${middle}${root}`)
    expect(fieldOf(pem, 'fullchain')).toBe(`${leaf}${middle}${root}`)
    expect(fieldOf(pem, 'private_key')).toBe(key)
    expect(() => fieldOf(pem, 'public_key')).toThrow('prod/x has no field "public_key".')
    expect(() => fieldOf(pem, 'toString')).toThrow('has no field')
  })

  it('is a key of a JSON object that has a PEM file in it, as the key files of clouds have', () => {
    const key = block('PRIVATE KEY', 'MII')
    const account = secret(JSON.stringify({ type: 'service_account', private_key: key, client_email: 'a@b' }, undefined, 2))
    expect(fieldOf(account, 'private_key')).toBe(key)
    expect(fieldOf(account, 'client_email')).toBe('a@b')
    expect(() => fieldOf(account, 'certificate')).toThrow('has no field "certificate"')
  })

  it.each([
    ['{"s3cret":1}', 'x'],
    ['{"a":{"s3cret":1}}', 'a.x'],
    ['{"a":"s3cret"}', 'a.length'],
    ['{"a":"s3cret"}', 'toString'],
  ])('that is missing (%s) is reported without the value', (value, field) => {
    expect(() => fieldOf(secret(value), field)).toThrow(expect.objectContaining({ code: 'resource.unknown' }))
    expect(() => fieldOf(secret(value), field)).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining('s3cret') }),
    )
  })

  it.each(['s3cret', '"s3cret"', '12', ''])('cannot be of %j', value => {
    expect(() => fieldOf(secret(value), 'a')).toThrow(expect.objectContaining({ code: 'usage' }))
    expect(() => fieldOf(secret(value), 'a')).toThrow(expect.not.objectContaining({ message: expect.stringContaining('s3cret') }))
  })
})

describe('an encoding', () => {
  it.each([
    [undefined, 'ä?>', 'ä?>'],
    ['base64', 'ä?>', 'w6Q/Pg=='],
    ['base64url', 'ä?>', 'w6Q_Pg'],
    ['hex', 'ä?>', 'c3a43f3e'],
    ['base64-decode', ' w6Q/\r\nPg==\n', 'ä?>'],
    ['base64-decode', 'w6Q_Pg', 'ä?>'],
    ['base64-decode', '', ''],
  ] as const)('%s of %j', (encoding, value, text) => {
    expect(resolvedText(secret(value), { ...(encoding && { encoding }) })).toBe(text)
  })

  it('writes bytes to a file, and refuses to turn them into text', () => {
    expect([...resolvedBytes(secret('/wCA'), { encoding: 'base64-decode' })]).toEqual([0xff, 0, 0x80])
    expect(() => resolvedText(secret('/wCA'), { encoding: 'base64-decode' })).toThrow('not UTF-8')
  })

  it.each(['a', '%%%', 'ab=c', 'Zm9'.concat('*')])('refuses %j, which is not base64', value => {
    expect(() => resolvedBytes(secret(value), { encoding: 'base64-decode' })).toThrow('is not base64')
  })

  it('applies to the field', () => {
    expect(resolvedText(secret('{"k":"v"}'), { field: 'k', encoding: 'hex' })).toBe('76')
  })
})
