import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { x402Facilitator } from '@x402/core/facilitator'
import { toFacilitatorEvmSigner } from '@x402/evm'
import { registerExactEvmScheme } from '@x402/evm/exact/facilitator'
import { createWalletClient, http, publicActions } from 'viem'
import { privateKeyToAccount } from 'viem/accounts'
import { baseSepolia } from 'viem/chains'
import type { Anvil } from '../anvil.ts'
import { DOLLAR, DOLLAR_ABI } from './dollar-contract.ts'

/** It executes the request, or cuts the connection before or after it. */
type Conduct = 'well' | 'breaks off before' | 'breaks off after'

export type RealFacilitator = Awaited<ReturnType<typeof realFacilitator>>

/** The address of USDC on Base Sepolia in the protocol's packages. */
export const BASE_SEPOLIA_USDC = '0x036CbD53842c5426634e7929541eC2318f3dCF7e'

/**
 * A facilitator built from the protocol's own packages, and a dollar token with EIP-3009, both on the test's own chain. The token has a new
 * address, or the one that clients know.
 */
export async function realFacilitator(anvil: Anvil, key: `0x${string}`, at: 'own' | 'known' = 'own') {
  const account = privateKeyToAccount(key)
  const chain = { ...baseSepolia, rpcUrls: { default: { http: [anvil.url] } } }
  const client = createWalletClient({ account, chain, transport: http(anvil.url), pollingInterval: 50 }).extend(publicActions)
  const made = await client.waitForTransactionReceipt({
    hash: await client.deployContract({ abi: DOLLAR_ABI, bytecode: DOLLAR }),
  })
  const own = made.contractAddress as `0x${string}`
  const dollar = at === 'own' ? own : BASE_SEPOLIA_USDC
  if (at === 'known') await anvil.rpc('anvil_setCode', dollar, await anvil.rpc('eth_getCode', own, 'latest'))
  const signer = toFacilitatorEvmSigner({
    address: account.address,
    getCode: args => client.getCode(args),
    readContract: args => client.readContract({ ...args, args: args.args ?? [] }),
    verifyTypedData: args => client.verifyTypedData(args as Parameters<typeof client.verifyTypedData>[0]),
    writeContract: args => client.writeContract({ ...args, args: args.args ?? [] } as Parameters<typeof client.writeContract>[0]),
    sendTransaction: args => client.sendTransaction(args as Parameters<typeof client.sendTransaction>[0]),
    waitForTransactionReceipt: args => client.waitForTransactionReceipt(args),
  })
  const facilitator = new x402Facilitator()
  registerExactEvmScheme(facilitator, { signer, networks: 'eip155:84532' })
  let settles: Conduct = 'well'

  const server = createServer(async (request, reply) => {
    const { paymentPayload, paymentRequirements } = JSON.parse(await text(request))
    const isSettle = request.url === '/settle'
    if (isSettle && settles === 'breaks off before') return void request.socket.destroy()
    const answer = await facilitator[isSettle ? 'settle' : 'verify'](paymentPayload, paymentRequirements).catch(
      (error: unknown) => ({ success: false, isValid: false, errorReason: String(error), invalidReason: String(error) }),
    )
    if (isSettle && settles === 'breaks off after') return void request.socket.destroy()
    reply.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    dollar,
    settles: (next: Conduct) => {
      settles = next
    },
    balanceOf: (holder: string) =>
      client.readContract({ address: dollar, abi: DOLLAR_ABI, functionName: 'balanceOf', args: [holder as `0x${string}`] }),
    async mint(to: string, amount: bigint) {
      const args = [to as `0x${string}`, amount] as const
      const hash = await client.writeContract({ address: dollar, abi: DOLLAR_ABI, functionName: 'mint', args })
      await client.waitForTransactionReceipt({ hash })
    },
    receipt: (hash: string) => client.getTransactionReceipt({ hash: hash as `0x${string}` }),
    async close() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
}
