import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { privateKeyToAddress } from 'viem/accounts'
import type { Anvil } from '../anvil.ts'
import { ETHER } from '../intents.ts'
import { permitOf } from '../typed-data.ts'
import type { Machine, Record } from './machine.ts'

const TO = '0x000000000000000000000000000000000000dEaD'
const KEY = `0x${'4c'.repeat(32)}` as const

/** Transactions of an agent on the test chain. */
export async function chainsAndIntents(ada: Machine, record: Record, anvil: Anvil): Promise<void> {
  await ada.type(`admin chains add local --chain-id ${anvil.chainId} --rpc-url ${anvil.url} --display-name Local --testnet`)
  await ada.type('admin chains add other --chain-id 424242 --rpc-url http://127.0.0.1:9/ --display-name Other')
  await ada.type('admin chains update other --no-enabled')
  await ada.type('admin chains remove other --yes')
  await ada.type('admin chains --jq', { more: ['[.[] | select(.name == "local")]'] })
  await ada.type('chains list --jq', { more: ['[.[] | select(.name == "local")]'] })
  await ada.type('chains get local')
  await ada.type(`chains balance local ${TO}`)

  await ada.type('vaults create keys')
  await ada.type('secrets set keys/local-signer --type private_key --vault keys', { stdin: KEY })
  await ada.type('intents keys create --path keys/made --vault keys')
  await anvil.rpc('anvil_setBalance', privateKeyToAddress(KEY), `0x${(10n * ETHER).toString(16)}`)
  const { agent, api_key } = await ada.type(
    'agents create trader --intents --message-signing --raw-signing --eip712-domain Money',
  )
  await ada.type('policies create keys/* --agent trader --permission read --vault keys')
  const trader = record.machine({ ONECLAW_AGENT_API_KEY: api_key, ONECLAW_AGENT_ID: agent.id })
  await transactions(trader, anvil.chainId)
}

async function transactions(trader: Machine, chainId: number): Promise<void> {
  const pay = `--chain local --to ${TO} --value 0.5`
  await trader.type(`intents simulate ${pay}`)
  await trader.type(`intents sign ${pay} --nonce 0`)
  const { id } = await trader.type(`intents submit ${pay} --yes`)
  await trader.type(`intents get ${id}`)
  await trader.type('intents list')
  await trader.type('agents spending')
  const bundle = join(trader.folder, 'bundle.json')
  writeFileSync(bundle, JSON.stringify([{ chain: 'local', to: TO, value: '0.1' }]))
  await trader.type(`intents simulate-bundle ${bundle} --chain local`)
  await trader.type('intents sign-message --chain local --yes', { more: ['Hello, world'] })
  const typed = join(trader.folder, 'typed.json')
  writeFileSync(typed, JSON.stringify(permitOf({ chainId, token: TO }, { owner: TO, spender: TO, value: '1' })))
  await trader.type(`intents sign-typed-data ${typed} --chain local --yes`)
}
