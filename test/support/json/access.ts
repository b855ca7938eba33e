import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Machine, Record } from './machine.ts'

/** Agents, policies, access requests and shares. Returns the id of an agent that has read a secret. */
export async function agentsAndAccess(ada: Machine, record: Record): Promise<{ agentId: string }> {
  const { agent, api_key } = await ada.type('agents create deployer --description', { more: ['Ships the shop'] })
  await ada.type('agents list')
  await ada.type('agents get deployer')
  await ada.type('agents update deployer --token-ttl 30m')
  const policy = await ada.type('policies create app/* --agent deployer --permission read --expires-in 30d')
  await ada.type('policies list')
  await ada.type('policies explain app/API_KEY --agent deployer')
  await ada.type('policies explain db/url --agent deployer', { exit: 5 })
  await ada.type(`policies update ${policy.id} --permission read --permission write`)

  const deployer = record.machine({
    ONECLAW_AGENT_API_KEY: api_key,
    ONECLAW_AGENT_ID: agent.id,
    ONECLAW_VAULT_ID: policy.vault_id,
  })
  await deployer.type('whoami')
  await deployer.type('agents token')
  await deployer.type('secrets list')
  await deployer.type('secrets get app/API_KEY')
  await deployer.type('secrets get db/url', { exit: 5 })
  await requests(ada, deployer)
  await shares(ada, deployer, agent.id)

  await ada.type(`policies delete ${policy.id} --yes`)
  await enrolled(ada, record)
  await fleet(ada)
  await ada.type('agents create spare')
  await ada.type('agents keys add spare')
  await ada.type('agents keys spare')
  await ada.type('agents keys revoke spare --yes')
  await ada.type('agents rotate-key spare --yes')
  await ada.type('agents rotate-identity spare --yes')
  await ada.type('agents deactivate spare --yes')
  return { agentId: agent.id }
}

async function requests(ada: Machine, deployer: Machine): Promise<void> {
  const ask = async (path: string) => (await deployer.type(`access request ${path} --for 1h --reason deploy`)).id
  await ada.type(`access approve ${await ask('db/url')} --yes`)
  await ada.type(`access decline ${await ask('stripe/key')}`)
  await deployer.type(`access withdraw ${await ask('own/key')}`)
  await deployer.type('access list --all')
}

async function shares(ada: Machine, deployer: Machine, agentId: string): Promise<void> {
  const share = async (flags: string) => (await ada.type(`shares create app/API_KEY ${flags}`)).id
  const [taken, declined] = [await share(`--agent ${agentId}`), await share(`--agent ${agentId}`)]
  await deployer.type('shares list')
  await deployer.type(`shares accept ${taken}`)
  await deployer.type(`shares decline ${declined}`)
  const link = await share('--link --expires-in 1d --max-opens 2')
  await deployer.type(`shares open ${link}`)
  await ada.type('shares list --outbound')
  await ada.type(`shares revoke ${link} --yes`)
}

async function enrolled(ada: Machine, record: Record): Promise<void> {
  const stranger = record.machine({})
  const ask = async (name: string) => (await stranger.type(`agents enroll --name ${name}`)).approval_url
  await ada.type(`agents approve ${await ask('newcomer')} --path app/* --yes`)
  await ada.type(`agents deny ${await ask('unwanted')} --yes`)
}

async function fleet(ada: Machine): Promise<void> {
  const file = join(ada.folder, 'fleet.yaml')
  writeFileSync(file, 'agents:\n  - name: crawler\n    description: Reads the shop\n')
  await ada.type(`agents apply --file ${file} --dry-run`, { exit: 10 })
  await ada.type(`agents apply --file ${file} --yes --keys-dir ${join(ada.folder, 'keys')}`)
}
