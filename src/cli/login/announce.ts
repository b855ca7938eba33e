import type { Context } from '../context/context.ts'
import { coloured } from '../context/terminal.ts'
import type { DeviceCode } from './device.ts'

/** Shows a person where to approve, and that the program is waiting. */
export type Announce = (code: DeviceCode) => Promise<{ close(): void }>

interface Waiting {
  readonly endsAt: number
  readonly colour: boolean
  readonly now: () => number
}

/** Renders the waiting line on a terminal; passed in by the command, because only commands reach the views. */
export type Screen = (props: Waiting) => { close(): void }

/** The address and the code always appear in text: a browser may open on another screen, or not at all. */
export function announcer(
  context: Context,
  options: { browser: boolean; screen: (() => Promise<Screen>) | undefined },
): Announce {
  return async (code: DeviceCode) => {
    const url = code.verification_uri_complete || code.verification_uri
    context.stderr.write(`Open ${url}\nand check that it shows the code ${code.user_code}\n`)
    if (options.browser && isWeb(url)) await context.openBrowser(url).catch(() => {})
    if (!options.screen) return { close() {} }
    const endsAt = context.now() + code.expires_in * 1000
    const screen = await options.screen()
    return screen({ endsAt, colour: coloured(context.stderr, context.env), now: context.now })
  }
}

/** A server's reply must not make the desktop open anything but a web page. */
function isWeb(url: string): boolean {
  return /^https?:$/.test(URL.parse(url)?.protocol ?? '')
}
