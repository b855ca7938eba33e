import type { Anvil } from '../anvil.ts'
import { startServer } from '../server.ts'
import { stripeDouble } from '../stripe/double.ts'
import { PASSWORD } from '../world.ts'
import { agentsAndAccess } from './access.ts'
import { chainsAndIntents } from './intents.ts'
import { type Record, record } from './machine.ts'
import { operator, ownSettings } from './machine-room.ts'
import { auditAndBilling, platform } from './oversight.ts'
import { account, farewell, organisation } from './people.ts'
import { vaultsAndSecrets } from './vaults.ts'

/** Runs every command against a new server, and returns the answers. */
export async function recordOf(place: string, anvil: Anvil): Promise<Record> {
  const stripe = await stripeDouble()
  const server = await startServer({ stripe: stripe.config })
  const story = record(server.url, place, [
    [server.dataDir, '/srv/data'],
    [stripe.url, 'https://pay.example.com'],
    [anvil.url, 'http://127.0.0.1:8545'],
  ])
  try {
    for (const name of ['ada', 'bob', 'cleo', 'eve']) await signUp(server.url, `${name}@example.com`)
    const [ada, bob] = [story.machine({}), story.machine({})]
    await account(ada)
    await vaultsAndSecrets(ada)
    const { agentId } = await agentsAndAccess(ada, story)
    await organisation(ada, bob)
    await auditAndBilling(ada, agentId)
    await chainsAndIntents(ada, story, anvil)
    await platform(ada)
    await ownSettings(ada)
    await operator(ada, server.dataDir, place)
    await farewell(ada, story.machine({}))
  } finally {
    await server.close()
    await stripe.close()
  }
  return story
}

async function signUp(url: string, email: string): Promise<void> {
  const body = JSON.stringify({ email, password: PASSWORD })
  const { status } = await fetch(`${url}/v1/auth/signup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
  })
  if (status >= 300) throw new Error(`${email} could not sign up: ${status}`)
}
