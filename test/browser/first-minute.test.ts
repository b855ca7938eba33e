/** The first minute with a built checkout: `npm start` runs the same program with the same words. No account is made by hand. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, it } from 'vitest'
import { openTab, theBrowser } from '../support/browser.ts'
import { view } from '../support/console.ts'
import { bareEnvironment, PROGRAM } from '../support/program.ts'

const MINUTE_MS = 60_000

it('a secret is seen in the terminal and on the page within a minute after the start, without an account made by hand', async () => {
  const home = await mkdtemp(join(tmpdir(), '1claw-first-minute-'))
  const env = { ...bareEnvironment(), HOME: home, XDG_CONFIG_HOME: join(home, 'config') }
  const begun = performance.now()
  const server = spawn(process.execPath, [PROGRAM, 'serve', '--dev', '--port', '0'], { env, stdio: ['ignore', 'pipe', 'ignore'] })
  try {
    const link = await printed(server.stdout, /^ *Console +(\S+)/)
    const shell = spawn(process.execPath, [PROGRAM, 'secrets', 'get', 'hello'], { env, stdio: ['ignore', 'pipe', 'ignore'] })
    expect(await printed(shell.stdout, /(.+)/)).toBe('Hello from 1claw!')

    const { page, context, violations } = await openTab(await theBrowser())
    await page.goto(link)
    await page.getByRole('region', { name: 'Get started' }).waitFor()
    await page.goto(new URL('/vaults/dev/secrets/hello', link).href)
    await view(page, 'hello')
    await page.getByRole('button', { name: 'Reveal' }).click()
    await page.getByText('Hello from 1claw!').waitFor()
    expect(performance.now() - begun).toBeLessThan(MINUTE_MS)

    // Nobody has a password for this account: what asks for a recent sign-in must not end here.
    await page.goto(new URL('/api-keys', link).href)
    await page.getByRole('button', { name: 'New API key' }).click()
    await page.getByLabel('Name').fill('laptop')
    await page.getByRole('button', { name: 'Create', exact: true }).click()
    await page.getByRole('heading', { name: 'The API key laptop' }).waitFor()
    // The page does not ask for that password either, and the way that it names instead leads to one.
    await page.goto(new URL('/account', link).href)
    await page.getByText('Nobody knows the password of the development account').waitFor()
    await expect.poll(() => page.getByLabel('Current password').count()).toBe(0)
    await page.getByRole('link', { name: 'Request a link' }).click()
    await page.getByLabel('E-mail address').fill('dev@localhost')
    await page.getByRole('button', { name: 'Send link' }).click()
    await view(page, 'Check your e-mail')
    await page.goto(new URL('/server', link).href)
    await page.getByRole('button', { name: /^Show the mails/ }).click()
    await page.getByRole('dialog').getByText('Set a new password').waitFor()
    expect(violations).toEqual([])
    await context.close()
  } finally {
    const ended = once(server, 'exit')
    server.kill('SIGTERM')
    await ended
    await rm(home, { recursive: true, force: true })
  }
})

/** What the first line that matches has in its group. */
async function printed(output: NodeJS.ReadableStream, pattern: RegExp): Promise<string> {
  for await (const line of createInterface({ input: output })) {
    const [, found] = pattern.exec(line) ?? []
    if (found !== undefined) return found
  }
  throw new Error('The program ended before it printed the line.')
}
