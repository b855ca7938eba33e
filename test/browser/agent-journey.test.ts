import { expect, it, vi } from 'vitest'
import { openTab, type Tab, theBrowser } from '../support/browser.ts'
import { apiOf, newPerson, signInOn, signUp, view } from '../support/console.ts'
import { parseMail } from '../support/mailbox.ts'
import {
  ENROLL_BY_MAIL,
  EXCHANGES,
  EXPORTS,
  FETCHES,
  LISTS,
  PUBLISHED_DAY,
  PUBLISHED_HOST,
  PUBLISHED_ID,
  PUBLISHED_KEY,
  PUBLISHED_TOKEN,
  PUBLISHED_VAULT,
  SHARE,
} from '../support/published-commands.ts'
import { startServer } from '../support/server.ts'
import { openShell } from '../support/shell.ts'
import { smtpServer } from '../support/smtp.ts'

const HUMAN = 'human@example.com'
const VALUE = 'sk-canary'

/** Published example → its replacement in this run. */
type Real = Record<string, string>

const replaced = (text: string, real: Real) =>
  Object.entries(real).reduce((result, [from, to]) => result.replaceAll(from, to), text)

/** The transcript with the published examples restored, and with the texts replaced that differ from run to run. */
function steady(transcript: string, real: Real): string {
  const published = Object.fromEntries(Object.entries(real).map(([example, value]) => [value, example]))
  return replaced(transcript, published)
    .replace(METER, '')
    .replace(ANY_ID, '5f0c8f4e-8c9e-4f57-9d0e-2f6f3f1b7a10')
    .replace(/2026-11-01T\d\d:\d\d:\d\d\.\d{3}Z/g, '2026-11-01T12:00:00.000Z')
}

/** The progress output of curl without -s: two headings, and a line that changes. */
const METER = /^ +(?:% Total|Dload) .*\n|\r?[ \d.kM]+--:--:--.*\n?/gm
/** Except those of the instructions, which are restored. */
const ANY_ID = /(?!ec7e0226-30f0|ae370174-9aee)[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g

it('an agent enrols with the published commands, reads what it was granted, and shares it back', async () => {
  const smtp = await smtpServer()
  const began = Date.now()
  const mail = { smtpUrl: smtp.url, from: '1claw <no-reply@claw.test>' }
  const server = await startServer({ mail, clock: () => PUBLISHED_DAY + Date.now() - began })
  const shell = await openShell({}, { keepsExports: true })
  const { page, context, violations, errors }: Tab = await openTab(await theBrowser())
  const person = { ...newPerson(), email: HUMAN }
  const real: Real = { [PUBLISHED_HOST]: server.url }

  const mailWith = async (subject: string) => {
    const found = await vi.waitUntil(async () => {
      const mails = await Promise.all(smtp.received.map(({ message }) => parseMail(message)))
      return mails.find(each => each.subject === subject)
    }, 10_000)
    expect(found.to).toBe(HUMAN)
    return found
  }
  const linkIn = (text: string) => /https?:\/\/\S+/.exec(text)?.[0] ?? ''
  const type = async (command: string) => {
    const { code, stdout, stderr } = await shell.type(replaced(command, real))
    expect(code, stderr).toBe(0)
    return stdout === '' ? {} : JSON.parse(stdout)
  }

  try {
    const human = apiOf(server.url, await signUp(server.url, person))
    const { id: vault_id } = await human.call('vaults.create', { body: { name: 'production' } })
    for (const path of ['api-keys/openai', 'db/url']) {
      await human.call('secrets.put', { params: { vault_id, path }, body: { value: VALUE, type: 'api_key' } })
    }

    shell.remark('The agent has nothing yet, and asks.')
    expect(await type(ENROLL_BY_MAIL)).toEqual({ agent_id: '00000000-0000-0000-0000-000000000000', message: expect.any(String) })

    const asked = await mailWith('An agent asks to work for you on 1claw')
    shell.remark(`The human gets mail, "${asked.subject}", opens its link and signs in.`)
    await page.goto(linkIn(asked.text))
    await signInOn(page, person)
    await view(page, 'Approve this agent?')
    await expect.poll(() => page.getByRole('main').textContent()).toContain('my-agent')
    shell.remark('They choose the vault production and the paths api-keys/*, and press Allow.')
    await page.getByLabel('Vault').selectOption({ label: 'production' })
    await page.getByLabel('Paths', { exact: true }).fill('api-keys/*')
    await page.getByRole('button', { name: 'Approve', exact: true }).click()
    await view(page, 'Agent approved')
    const key = (await page.locator('.shared-value').textContent()) ?? ''

    const credentials = await mailWith('The credentials of your agent "my-agent"')
    shell.remark(`The page shows the key, and mail brings it: "${credentials.subject}". They give both to the agent.`)
    expect(/API key: (\S+)/.exec(credentials.text)?.[1]).toBe(key)
    real[PUBLISHED_KEY] = key
    real[PUBLISHED_ID] = /Agent ID: (\S+)/.exec(credentials.text)?.[1] ?? ''
    real[PUBLISHED_VAULT] = vault_id

    const exchanged = await type(EXCHANGES[0])
    expect(exchanged).toEqual({ access_token: expect.stringMatching(/^eyJ/), token_type: 'Bearer', expires_in: 3600 })
    real[PUBLISHED_TOKEN] = exchanged.access_token
    await type(EXPORTS)
    const { secrets } = await type(LISTS[0])
    expect(secrets.map(({ path }: { path: string }) => path)).toEqual(['api-keys/openai'])
    expect(await type(FETCHES[0])).toMatchObject({ path: 'api-keys/openai', value: VALUE })
    await type(`export SECRET_ID="${secrets[0].id}"`)
    const shared = await type(SHARE)
    expect(shared).toMatchObject({ recipient_type: 'creator', expires_at: '2026-12-31T00:00:00.000Z' })

    const told = await mailWith('A secret is shared with you on 1claw')
    expect(linkIn(told.text)).toBe(shared.share_url)
    shell.remark(`The human gets mail, "${told.subject}", and finds it in the console: accepts it, and reveals it.`)
    await page.goto(server.url)
    await page.getByRole('link', { name: 'A secret is shared with you: api-keys/openai' }).click()
    await page.getByRole('button', { name: 'Accept', exact: true }).click()
    await page.getByRole('button', { name: 'Reveal', exact: true }).click()
    await view(page, 'The secret')
    await expect.poll(() => page.locator('pre').textContent()).toBe(VALUE)
    const { shares } = await human.call('shares.inbound')
    expect(shares).toMatchObject([{ id: shared.id, is_accepted: true, access_count: 1 }])

    const seen = steady(shell.transcript(), real)
    for (const command of [ENROLL_BY_MAIL, EXCHANGES[0], EXPORTS, LISTS[0], FETCHES[0], SHARE])
      expect(seen).toContain(`$ ${command}\n`)
    await expect(seen).toMatchFileSnapshot('../golden/agent-journey.txt')
    expect([violations, errors]).toEqual([[], []])
  } finally {
    await context.close()
    await shell.close()
    await server.close()
    await smtp.close()
  }
})
