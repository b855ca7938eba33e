import { describe, expect } from 'vitest'
import { openTab } from '../support/browser.ts'
import { apiOf, newPerson, openPersonMenu, openSignedIn, signInOn, signUp, view } from '../support/console.ts'
import { guestTests } from '../support/console-tests.ts'
import { mailbox } from '../support/mailbox.ts'
import { faultsOf } from '../support/page-audit.ts'

const it = guestTests({}, 'owner').extend('calls', ({ server, tab, client }) => {
  const button = (name: string | RegExp) => tab.page.getByRole('button', { name, exact: true })
  const dialog = () => tab.page.getByRole('dialog')
  const row = (text: string) => tab.page.getByRole('row').filter({ hasText: text })
  const said = (text: string) => tab.page.getByRole('status').getByText(text).waitFor()
  /** The page of an invitation that is mailed to `email`. */
  async function invitationOf(email: string, role: 'owner' | 'admin' | 'member' = 'member'): Promise<string> {
    await client.call('org.invite', { body: { email, role } })
    return `${server.url}/invite/${(await mailbox(server.dataDir).newest('invitation', email)).token}`
  }
  /** A person in the owner's organisation and in another one of their own. */
  async function member(role: 'owner' | 'admin' | 'member' = 'member') {
    const person = newPerson('member')
    const own = apiOf(server.url, await signUp(server.url, person))
    const token = (await invitationOf(person.email, role)).split('/').at(-1) ?? ''
    const { org_id } = await own.call('org.accept-invitation', { params: { token } })
    return { person, own, orgId: org_id }
  }
  return { button, dialog, row, said, invitationOf, member }
})

it.beforeEach(async ({ client }) => {
  await client.call('account.update', { body: { display_name: 'Olga Owner' } })
})

describe('an invitation', () => {
  it('is created on the page and admits a new person', async ({
    browser,
    server,
    tab,
    person: owner,
    calls: { button, dialog, row },
  }) => {
    const guest = newPerson('guest')
    await openSignedIn(tab.page, `${server.url}/members`, owner, 'Members')
    await button('Invite').click()
    await dialog().getByLabel('E-mail address').fill(guest.email.toUpperCase())
    await dialog().getByLabel('Role').selectOption('admin')
    await dialog().getByRole('button', { name: 'Invite' }).click()
    await dialog().getByText(`the invitation of ${guest.email} is a file in its outbox folder`).waitFor()
    await dialog().getByRole('button', { name: 'Close' }).click()
    await row(guest.email).getByText('In 7 days').waitFor()
    const { token } = await mailbox(server.dataDir).newest('invitation', guest.email)

    const other = await openTab(browser, { width: 375 })
    await other.page.goto(`${server.url}/invite/${token}`)
    await view(other.page, 'Create an account')
    await other.page.getByText('Olga Owner has invited you').waitFor()
    await expect.poll(() => other.page.getByLabel('E-mail address').inputValue()).toBe(guest.email)
    expect(await faultsOf(other.page)).toEqual([])
    await other.page.getByLabel('Password', { exact: true }).fill(guest.password)
    await other.page.getByRole('button', { name: 'Create account' }).click()
    await view(other.page, /^You are a member of/)
    expect(await faultsOf(other.page)).toEqual([])
    await other.page.getByRole('link', { name: 'Go to the console' }).click()
    await other.page.goto(`${server.url}/members`)
    await other.page.getByRole('row').filter({ hasText: owner.email }).waitFor()
    await other.page.goto(`${server.url}/invite/${token}`)
    await view(other.page, 'This link does not work')
    await other.context.close()
  })

  it('admits a person with an account, who then works there', async ({
    server,
    tab,
    person: owner,
    calls: { invitationOf, button, row },
  }) => {
    const guest = newPerson('guest')
    await signUp(server.url, guest)
    await tab.page.goto(await invitationOf(guest.email))
    await button('Sign in').click()
    await signInOn(tab.page, guest)
    await view(tab.page, /^Join .*\?$/)
    expect(await faultsOf(tab.page)).toEqual([])
    await button('Join').click()
    await view(tab.page, /^You are a member of/)
    await tab.page.goto(`${server.url}/members`)
    await row(owner.email).waitFor()
  })

  it('is refused for another account, and says which one it is for', async ({ server, tab, calls: { invitationOf, button } }) => {
    const stranger = newPerson('stranger')
    await signUp(server.url, stranger)
    await tab.page.goto(await invitationOf(newPerson('guest').email))
    await button('Sign in').click()
    await signInOn(tab.page, stranger)
    await tab.page.getByText('only that account can accept it').waitFor()
    await expect.poll(() => button('Join').count()).toBe(0)
  })

  it('is revoked', async ({ server, tab, person: owner, calls: { invitationOf, button } }) => {
    const { email } = newPerson('guest')
    const url = await invitationOf(email)
    await openSignedIn(tab.page, `${server.url}/members`, owner, 'Members')
    await button(`Revoke the invitation of ${email}`).click()
    await tab.page.getByText('No open invitations.').waitFor()
    await tab.page.goto(url)
    await view(tab.page, 'This link does not work')
  })
})

describe('members', () => {
  it('get another role', async ({ server, tab, person: owner, calls: { member, button, dialog, said, row } }) => {
    const { person } = await member()
    await openSignedIn(tab.page, `${server.url}/members`, owner, 'Members')
    await button(`Edit role of ${person.email}`).click()
    await dialog().getByLabel('Role').selectOption('admin')
    await button('Save').click()
    await said(`${person.email} is admin now.`)
    await row(person.email).getByText('admin', { exact: true }).waitFor()
  })

  it('are removed after a confirmation, which ends their session', async ({
    browser,
    server,
    tab,
    person: owner,
    calls: { member, button, dialog, said, row },
  }) => {
    const { person, orgId } = await member()
    const other = await openTab(browser)
    await openSignedIn(other.page, `${server.url}/members`, person, 'Members')
    await openPersonMenu(other.page)
    await other.page.getByRole('button', { name: 'Switch organisation' }).click()
    await other.page
      .getByRole('dialog')
      .getByRole('button', { name: /^Switch to/ })
      .click()
    await other.page.getByRole('row').filter({ hasText: owner.email }).waitFor()

    await openSignedIn(tab.page, `${server.url}/members`, owner, 'Members')
    await button(`Remove ${person.email}`).click()
    await dialog().getByRole('button', { name: 'Remove' }).click()
    await said(`${person.email} is removed.`)
    await row(person.email).waitFor({ state: 'detached' })
    await other.page.getByRole('link', { name: 'IP rules' }).click()
    await view(other.page, 'Sign in')
    await other.context.close()
    expect(orgId).not.toBe('')
  })

  it('are removed after a review of the agents whose keys they have seen', async ({
    server,
    tab,
    person: owner,
    calls: { member, button, dialog, said },
  }) => {
    const { person, own, orgId } = await member()
    const { access_token } = await own.call('auth.switch-org', { body: { org_id: orgId } })
    const theirs = apiOf(server.url, access_token)
    const { agent, api_key } = await theirs.call('agents.register', { body: { name: 'their deployer' } })
    const signIn = () => theirs.call('auth.agent-token', { body: { agent_id: agent.id, api_key: api_key ?? '' } })
    await signIn()

    await openSignedIn(tab.page, `${server.url}/members`, owner, 'Members')
    await button(`Remove ${person.email}`).click()
    await dialog().getByText('their deployer').waitFor()
    expect(await faultsOf(tab.page)).toEqual([])
    await dialog().getByLabel('These keys').selectOption('rotate')
    await dialog().getByRole('button', { name: 'Remove' }).click()
    await dialog().getByRole('heading', { name: 'New keys of the agents' }).waitFor()
    expect(await faultsOf(tab.page)).toEqual([])
    const shown = (await dialog().locator('pre').textContent()) ?? ''
    await expect(signIn()).rejects.toMatchObject({ code: 'auth.required' })
    const fresh = shown.split('\t')[1] ?? ''
    await theirs.call('auth.agent-token', { body: { agent_id: agent.id, api_key: fresh } })
    await button('Done').click()
    await said(`${person.email} is removed.`)
  })

  it('are told that the last owner cannot be removed', async ({
    server,
    tab,
    person: owner,
    calls: { member, button, dialog },
  }) => {
    await member()
    await openSignedIn(tab.page, `${server.url}/members`, owner, 'Members')
    await tab.page.getByText('You’re the only owner').waitFor()
    await button(`Remove ${owner.email}`).click()
    await dialog().getByRole('button', { name: 'Leave' }).click()
    await dialog().getByRole('alert').getByText('An organisation needs an owner').waitFor()
    await dialog().getByRole('button', { name: 'Cancel' }).click()
    await button(`Edit role of ${owner.email}`).click()
    await dialog().getByLabel('Role').selectOption('member')
    await button('Save').click()
    await dialog().getByRole('alert').getByText('An organisation needs an owner').waitFor()
  })

  it('without a higher role see the others and cannot change anything', async ({
    server,
    tab,
    person: owner,
    calls: { member, button, dialog, row },
  }) => {
    const { person, orgId } = await member()
    await openSignedIn(tab.page, `${server.url}/members`, person, 'Members')
    await openPersonMenu(tab.page)
    await button('Switch organisation').click()
    await dialog()
      .getByRole('button', { name: /^Switch to/ })
      .click()
    await row(owner.email).waitFor()
    await expect.poll(() => button('Invite').count()).toBe(0)
    await expect.poll(() => button(`Remove ${owner.email}`).count()).toBe(0)
    await expect.poll(() => tab.page.getByRole('link', { name: 'Settings' }).count()).toBe(0)
    await tab.page.goto(`${server.url}/settings`)
    await view(tab.page, 'Settings')
    await tab.page.getByText('Settings are for owners and admins').waitFor()
    expect(orgId).not.toBe('')
  })
})

describe('IP rules', () => {
  it('are added and removed', async ({ server, tab, person: owner, calls: { button, dialog, said, row } }) => {
    await openSignedIn(tab.page, `${server.url}/ip-rules`, owner, 'IP rules')
    await button('Add rule').click()
    await dialog().getByLabel('Rule').selectOption('deny')
    await dialog().getByLabel('Addresses').fill('2001:db8::/32')
    await dialog().getByLabel('For').selectOption('agents')
    await dialog().getByLabel('Label').fill('The <old> office')
    await button('Add').click()
    await said('The rule for 2001:db8::/32 is added.')
    await row('The <old> office').getByText('Deny').waitFor()
    await button('Remove the rule for 2001:db8::/32').click()
    await dialog().getByRole('button', { name: 'Remove' }).click()
    await tab.page.getByText('Every address is allowed').waitFor()
  })

  it('that would lock out the person who changes them are refused with a reason', async ({
    server,
    tab,
    person: owner,
    calls: { button, dialog, said },
  }) => {
    await openSignedIn(tab.page, `${server.url}/ip-rules`, owner, 'IP rules')
    await button('Add rule').click()
    await dialog().getByText('You are at 127.0.0.1.').waitFor()
    await dialog().getByLabel('Addresses').fill('203.0.113.0/24')
    await button('Add').click()
    await dialog().getByText('would lock you out: it excludes your own address').waitFor()
    await dialog().getByLabel('Addresses').fill('nonsense')
    await button('Add').click()
    await dialog().getByText('would lock you out').waitFor({ state: 'detached' })
    await dialog().locator('[aria-invalid="true"]').waitFor()
    for (const cidr of ['127.0.0.1', '203.0.113.0/24']) {
      if (!(await dialog().isVisible())) await button('Add rule').click()
      await dialog().getByLabel('Addresses').fill(cidr)
      await button('Add').click()
      await said(`The rule for ${cidr}`)
    }
    await button(/^Remove the rule for 127/).click()
    await dialog().getByRole('button', { name: 'Remove' }).click()
    await dialog().getByRole('alert').getByText('would lock you out').waitFor()
  })
})
