import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { settingsStore, withProfile } from '../../../../../src/cli/context/settings.ts'

let parent = ''
let dir = ''
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'claw-settings-'))
  dir = join(parent, 'config')
})
afterEach(() => rmSync(parent, { recursive: true }))

describe('the settings file', () => {
  it('is empty when the file does not exist', () => {
    expect(settingsStore(dir).read()).toEqual({ current: 'default', profiles: {} })
  })

  it('is read by a later run, and accessible to its owner only', async () => {
    await settingsStore(dir).update(settings => withProfile(settings, 'a.b', { api_url: 'https://x.example' }))
    expect(settingsStore(dir).read().profiles).toEqual({ 'a.b': { api_url: 'https://x.example' } })
    expect([statSync(dir).mode & 0o777, statSync(join(dir, 'config.json')).mode & 0o777]).toEqual([0o700, 0o600])
  })

  it.each([
    ['{"profiles": null}', {}],
    ['{"current": null, "profiles": {"a": null, "b": {"vault": "v"}}}', { a: {}, b: { vault: 'v' } }],
  ])('treats null as absent: %s', (text, profiles) => {
    mkdirSync(dir, { recursive: true })
    writeFileSync(join(dir, 'config.json'), text)
    expect(settingsStore(dir).read()).toEqual({ current: 'default', profiles })
  })

  it('keeps what another run wrote at the same time', async () => {
    const [one, two] = [settingsStore(dir), settingsStore(dir)]
    one.read()
    await two.update(settings => withProfile(settings, 'two', { vault: '2' }))
    await one.update(settings => withProfile(settings, 'one', { vault: '1' }))
    expect(settingsStore(dir).read().profiles).toEqual({ one: { vault: '1' }, two: { vault: '2' } })
    expect(one.read().profiles).toHaveProperty('two')
  })

  it('is refused when it is not JSON', async () => {
    await settingsStore(dir).update(settings => settings)
    writeFileSync(join(dir, 'config.json'), '{')
    expect(() => settingsStore(dir).read()).toThrow(expect.objectContaining({ code: 'config.invalid' }))
    expect(readFileSync(join(dir, 'config.json'), 'utf8')).toBe('{')
  })

  it('drops a field that is set to nothing', () => {
    const settings = { current: 'a', profiles: { a: { vault: 'v', email: 'e' }, b: {} } }
    expect(withProfile(settings, 'a', { email: undefined })).toEqual({ current: 'a', profiles: { a: { vault: 'v' }, b: {} } })
  })
})
