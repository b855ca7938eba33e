import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { transactionReview } from '../../src/views/transaction-review.tsx'
import { type Anvil, startAnvil } from '../support/anvil.ts'
import { call, deploy, ROUTER, send, TOKEN } from '../support/contracts.ts'
import { ROOT } from '../support/house/files.ts'
import { ETHER, until } from '../support/intents.ts'
import { type ServerProcess, startProgram } from '../support/program.ts'
import { openShell, type Shell } from '../support/shell.ts'

const BOB = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8'
const MALLORY = '0x3C44CdDdB6a900fa2b585dd299e03d12FA4293BC'
const UNLIMITED = 2n ** 256n - 1n
const FAR_OFF = 4_102_444_800n

/** The shells of Ada and her agent, the server, and its two chains. */
describe('the journey of a transaction', () => {
  let anvil: Anvil
  let other: Anvil
  let server: ServerProcess
  let ada: Shell
  let trader: Shell
  let dataDir: string
  let session = ''
  /** The account that is created on the way. */
  let address: `0x${string}`
  let token: `0x${string}`
  let router: `0x${string}`

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), '1claw-intents-'))
    ;[anvil, other, server] = await Promise.all([
      startAnvil({ chainId: 31_337 }),
      startAnvil({ chainId: 31_338 }),
      startProgram(dataDir),
    ])
    token = await deploy(anvil, TOKEN)
    router = await deploy(anvil, ROUTER)
    await send(anvil, router, '0x', 10n * ETHER)
    ada = await openShell({ ONECLAW_API_URL: server.url, ONECLAW_API_KEY: await keyOfAda() })
  })
  afterAll(async () => {
    await ada.close()
    await trader?.close()
    await Promise.all([anvil.stop(), other.stop(), server.stop()])
    await rm(dataDir, { recursive: true, force: true })
  })

  async function ask(method: string, path: string, credential: string, body?: object) {
    const headers = { authorization: `Bearer ${credential}`, 'content-type': 'application/json' }
    const reply = await fetch(server.url + path, { method, headers, ...(body && { body: JSON.stringify(body) }) })
    expect(reply.ok, path).toBe(true)
    return (await reply.json()) as { readonly access_token: string; readonly api_key: string }
  }

  /** The first account of the server, which is its administrator and configures the chains. */
  async function keyOfAda(): Promise<string> {
    const account = { email: 'ada@example.com', password: 'a journey of a thousand blocks 9' }
    const { access_token } = await ask('POST', '/v1/auth/signup', '', account)
    return (await ask('POST', '/v1/auth/api-keys', access_token, { name: 'journey' })).api_key
  }

  /** Runs a line and adds it and its output to the session. */
  async function type(shell: Shell, line: string, code = 0): Promise<string> {
    const before = shell.transcript().length
    const outcome = await shell.type(line)
    expect(outcome.code, `${line}\n${outcome.stderr}`).toBe(code)
    session += shell.transcript().slice(before)
    return outcome.stdout
  }

  /** Replaces the texts that differ from run to run. Fees differ too, so amounts are cut before them. */
  function steady(text: string): string {
    return (
      text
        .replaceAll(address, '0x9858EfFD232B4033E47d90003D41EC34EcaEda94')
        .replaceAll(anvil.url, 'http://127.0.0.1:8545')
        .replaceAll(other.url, 'http://127.0.0.1:8546')
        .replace(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, '2026-01-01T12:00:00.000Z')
        // This is stored only now and then.
        .replace(/(last active: +)-/, '$12026-01-01T12:00:00.000Z')
        .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '5f0c8f4e-8c9e-4f57-9d0e-2f6f3f1b7a10')
        .replace(/0x[0-9a-f]{64}\b/g, '0x7e27a7f5cfd2b7757956079133e90cd5210c516f1305a361f7e0f3497792f1ef')
        // The account is part of the calldata of the swap, where a zero byte costs less.
        .replace(/\b688\d\d\b/g, '68891')
        .replace(/--public-key \S{44}/g, '--public-key Nln2A1mNbz7LcG6tRnRTyBCFEQ8gFEJSqC2xzDQYbJQ=')
        .replace(/(\d\.\d{3})(\d{2,})(?= *│)/g, (_, kept: string, { length }: string) => `${kept}…`.padEnd(kept.length + length))
        .replace(/(\d\.\d{3})\d{2,}/g, '$1…')
    )
  }

  async function prepare(): Promise<void> {
    await type(ada, `1claw admin chains add local --chain-id 31337 --rpc-url ${anvil.url} --testnet`)
    await type(ada, `1claw admin chains add other --chain-id 31338 --rpc-url ${other.url} --testnet`)
    await type(ada, '1claw vaults create trading -o name')
    await type(ada, '1claw vaults use trading')
    address = /0x\w{40}/.exec(await type(ada, '1claw intents keys create --chain local'))?.[0] as `0x${string}`
    await anvil.rpc('anvil_setBalance', address, `0x${(5n * ETHER).toString(16)}`)
    await send(anvil, token, call('mint', address, 1_000_000_000n))
    const limits = '--tx-max-value 0.5 --tx-daily-limit 0.8 --tx-block-unlimited-approvals'
    const doors = `--tx-chain local --tx-to ${BOB} --tx-to ${token} --tx-to ${router}`
    await type(ada, `1claw agents create trader --intents ${doors} ${limits} --out-file trader.key`)
    await type(ada, "1claw policies create 'keys/*' --agent trader --permission read")
    const { stdout: key } = await ada.type('cat trader.key')
    trader = await openShell({ ONECLAW_API_URL: server.url, ONECLAW_AGENT_API_KEY: key.trim() })
  }

  /** Files that the lines below name: calldata, and the bundle of an approval and a swap. */
  async function writeCalldata(): Promise<void> {
    const approve = call('approve', router, 300_000_000n)
    const swap = call('swapExactTokensForETH', 250_000_000n, 0n, [token], address, FAR_OFF)
    const files = {
      'approve.hex': approve,
      'swap.hex': swap,
      'unlimited.hex': call('approve', router, UNLIMITED),
      'bundle.json': JSON.stringify([
        { to: token, data: approve },
        { to: router, data: swap },
      ]),
    }
    for (const [name, text] of Object.entries(files)) {
      await writeFile(join(dataDir, name), text)
      await trader.type(`cp ${join(dataDir, name)} .`)
    }
  }

  async function look(): Promise<void> {
    await type(trader, '1claw secrets get keys/local-signer --vault trading', 5)
    await type(trader, `1claw intents simulate --chain local --to ${BOB} --value 0.4`)
    await type(trader, '1claw intents simulate-bundle bundle.json --chain local')
  }

  const mined = async (count: number) => {
    const { stdout } = await trader.type('1claw intents list --json')
    return JSON.parse(stdout).filter((each: { chain_status?: string }) => each.chain_status === 'mined').length === count
  }

  async function act(): Promise<void> {
    await type(trader, `1claw intents submit --chain local --to ${BOB} --value 0.4`)
    await type(trader, `1claw intents submit --chain local --to ${token} --data @approve.hex --output name`)
    await until(() => mined(2), 'the approval is in a block')
    await type(trader, `1claw intents submit --chain local --to ${router} --data @swap.hex --simulate-first --output name`)
    await until(() => mined(3), 'all three are in blocks')
  }

  async function overstep(): Promise<void> {
    await type(trader, `1claw intents submit --chain other --to ${BOB} --value 0 --key keys/local-signer`, 5)
    await type(trader, `1claw intents submit --chain local --to ${MALLORY} --value 0.1`, 5)
    await type(trader, `1claw intents submit --chain local --to ${BOB} --value 0.6`, 5)
    await type(trader, `1claw intents sign --chain local --to ${token} --data @unlimited.hex`, 5)
    await type(trader, `1claw intents sign --chain local --to ${BOB} --value 0.45`, 5)
  }

  async function review(): Promise<void> {
    await type(ada, '1claw intents list --agent trader')
    await type(ada, '1claw agents get trader')
    await type(ada, '1claw audit list --actor-type agent --oldest-first')
    await type(ada, '1claw audit verify')
  }

  it('leads from a key to signed and refused transactions, and a log that shows both', { timeout: 120_000 }, async () => {
    await prepare()
    await writeCalldata()
    await look()
    const drawn = await ada.type(`1claw intents simulate-bundle ${dataDir}/bundle.json --agent trader --chain local --json`)
    await act()
    await overstep()
    await review()
    const golden = steady(session)
    await expect(golden).toMatchFileSnapshot('../golden/intents.txt')
    const screen = transactionReview({ simulations: JSON.parse(drawn.stdout), colour: false, width: 80 })
    await expect(steady(screen)).toMatchFileSnapshot('../golden/intents-review.txt')

    const guide = await readFile(join(ROOT, 'docs/intents.md'), 'utf8')
    const shown = [...guide.matchAll(/^```console\n(.*?)^```$/gms)].map(([, text]) => text).join('')
    expect(shown, 'docs/intents.md shows another session than test/golden/intents.txt').toBe(golden)
    expect(guide).toContain(steady(screen).trim())
  })
})
