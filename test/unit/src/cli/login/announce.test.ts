import { describe, expect, it } from 'vitest'
import { announcer } from '../../../../../src/cli/login/announce.ts'
import { fakeWorld, NOW } from '../../../../support/fake-context.ts'

function code(url: string) {
  return {
    device_code: 'd',
    user_code: 'ABCD',
    verification_uri: 'https://x.example/verify',
    verification_uri_complete: url,
    expires_in: 600,
    interval: 5,
  }
}

describe('the address of a login', () => {
  it('is opened if a person is there, and always printed', async () => {
    const world = fakeWorld({ tty: true })
    await announcer(world.context, { browser: true, screen: undefined })(code('https://x.example/verify?code=ABCD'))
    expect(world.opened).toEqual(['https://x.example/verify?code=ABCD'])
    expect(world.stderr()).toBe('Open https://x.example/verify?code=ABCD\nand check that it shows the code ABCD\n')
    await announcer(world.context, { browser: false, screen: undefined })(code('https://x.example/other'))
    expect(world.opened).toHaveLength(1)
  })

  it.each(['file:///etc/passwd', 'javascript:alert(1)', 'vscode://x', 'no url', '--version'])(
    'is not opened when it is %s',
    async url => {
      const world = fakeWorld({ tty: true })
      await announcer(world.context, { browser: true, screen: undefined })(code(url))
      expect(world.opened).toEqual([])
    },
  )

  it('is shown on a screen, which the login closes', async () => {
    const world = fakeWorld({ tty: true, env: { NO_COLOR: '1' } })
    const shown: unknown[] = []
    const screen = async () => (props: { endsAt: number; colour: boolean }) => {
      shown.push([props.endsAt, props.colour])
      return { close: () => void shown.push('closed') }
    }
    const { close } = await announcer(world.context, { browser: false, screen })(code('https://x.example'))
    close()
    expect(shown).toEqual([[NOW + 600_000, false], 'closed'])
  })
})
