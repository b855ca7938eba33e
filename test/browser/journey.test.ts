import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, vi } from 'vitest'
import { openTab, theBrowser } from '../support/browser.ts'
import { newPerson, view } from '../support/console.ts'
import { emptyPostgres } from '../support/postgres.ts'
import { startProgram } from '../support/program.ts'
import { openShell, type Shell } from '../support/shell.ts'
import { makeSoftHsm } from '../support/softhsm.ts'

interface Place {
  readonly env: Record<string, string>
  remove(): Promise<void>
}

const PLACES: Record<string, () => Promise<Place>> = {
  'SQLite and software keys': async () => ({ env: {}, remove: async () => {} }),
  'PostgreSQL and SoftHSM': async () => {
    const database = await emptyPostgres()
    const hsm = await makeSoftHsm()
    const { module, tokenLabel, pin } = await hsm.addToken()
    return {
      env: {
        ONECLAW_DATABASE_URL: database.url,
        ONECLAW_KEYSTORE: 'pkcs11',
        ONECLAW_PKCS11_MODULE: module,
        ONECLAW_PKCS11_TOKEN_LABEL: tokenLabel,
        ONECLAW_PKCS11_PIN: pin,
        SOFTHSM2_CONF: process.env['SOFTHSM2_CONF'] ?? '',
      },
      async remove() {
        await hsm.remove()
        await database.drop()
      },
    }
  },
}

/** Follows the printed lines: opens the address, creates an account there, and approves. */
async function approve(printed: () => string): Promise<void> {
  const url = await vi.waitFor(() => {
    const found = /https?:\/\/\S+code=[A-Z]{4}-[A-Z]{4}/.exec(printed())?.[0]
    if (!found) throw new Error(`No address to open was printed: ${printed()}`)
    return found
  }, 30_000)
  const { page, context, violations } = await openTab(await theBrowser())
  const { email, password } = newPerson()
  await page.goto(url)
  await page.getByRole('button', { name: 'Create an account' }).click()
  await page.getByLabel('E-mail address').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Create account' }).click()
  await view(page, 'Approve this login?')
  await page.getByRole('button', { name: 'Approve', exact: true }).click()
  await view(page, 'Login approved')
  expect(violations).toEqual([])
  await context.close()
}

/** Replaces the texts that differ from run to run. */
function steady(transcript: string, url: string): string {
  return transcript
    .replaceAll(url, 'http://127.0.0.1:8271')
    .replace(/ada-[0-9a-f-]{36}@example\.com/g, 'ada@example.com')
    .replace(/[A-Z]{4}-[A-Z]{4}/g, 'WDJB-MJHT')
    .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, '2026-01-01T12:00:00.000Z')
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '5f0c8f4e-8c9e-4f57-9d0e-2f6f3f1b7a10')
    .replace(/--public-key \S{44}/g, '--public-key Nln2A1mNbz7LcG6tRnRTyBCFEQ8gFEJSqC2xzDQYbJQ=')
}

async function journey(shell: Shell): Promise<void> {
  const type = async (line: string, code = 0) => {
    const outcome = await shell.type(line)
    expect(outcome.code, `${line}\n${outcome.stderr}`).toBe(code)
    return outcome
  }
  const login = await shell.type('1claw login --no-browser --credential-store file', approve)
  expect(login.code, login.stderr).toBe(0)

  await type('1claw vaults create prod')
  await type('1claw vaults use prod')
  await type("printf %s 'postgres://app:hunter2@db/app' | 1claw secrets set db/url")
  await type('1claw secrets set stripe/key --generate')
  expect((await type('1claw secrets get db/url')).stdout).toBe('postgres://app:hunter2@db/app')
  expect((await type("1claw run --only URL -- node -p 'new URL(process.env.URL).host'")).stdout).toBe('db\n')

  await type('1claw agents create deployer --out-file deployer.key')
  await type("1claw policies create 'db/*' --agent deployer --permission read")
  const asAgent = 'ONECLAW_AGENT_API_KEY=$(cat deployer.key)'
  expect((await type(`${asAgent} 1claw secrets get db/url`)).stdout).toBe('postgres://app:hunter2@db/app')
  const refused = await type(`${asAgent} 1claw secrets get stripe/key`, 5)
  expect(refused.stdout).toBe('')
  expect((await type(`${asAgent} 1claw secrets list -o name`)).stdout.trim()).toBe('db/url')

  await type('1claw audit list --action secret.read')
  await type('1claw audit verify')
}

describe.each(Object.keys(PLACES))('the journey on %s', name => {
  it('leads from an empty server to an agent that reads what it was granted, and an audit log that verifies', async () => {
    const place = await PLACES[name]?.()
    if (!place) throw new Error(`There is no place called ${name}.`)
    const dataDir = await mkdtemp(join(tmpdir(), '1claw-journey-'))
    const server = await startProgram(dataDir, place.env)
    const shell = await openShell({ ONECLAW_API_URL: server.url })
    try {
      await journey(shell)
      const seen = steady(shell.transcript(), server.url)
      await expect(seen).toMatchFileSnapshot('../golden/journey.txt')
      const readme = await readFile(join(import.meta.dirname, '../../README.md'), 'utf8')
      expect(readme, 'README.md shows another session than test/golden/journey.txt').toContain(seen.trim())
    } finally {
      await shell.close()
      expect(await server.stop()).toBe(0)
      expect(server.log()).not.toContain('hunter2')
      await place.remove()
      await rm(dataDir, { recursive: true, force: true })
    }
  })
})
