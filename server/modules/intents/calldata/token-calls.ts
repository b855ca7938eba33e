import type { AbiFunction } from 'viem'
import { decodeFunctionData, parseAbi, toFunctionSelector } from 'viem/utils'

/** Calls of ERC-20, ERC-721 and ERC-1155 contracts that move tokens or allow somebody to move them. */
const TOKENS = parseAbi([
  'function transfer(address to, uint256 amount)',
  'function transferFrom(address from, address to, uint256 amount)',
  'function approve(address spender, uint256 amount)',
  'function increaseAllowance(address spender, uint256 addedValue)',
  'function permit(address owner, address spender, uint256 value, uint256 deadline, uint8 v, bytes32 r, bytes32 s)',
  'function setApprovalForAll(address operator, bool approved)',
])
const PERMIT2 = parseAbi(['function approve(address token, address spender, uint160 amount, uint48 expiration)'])

type Address = `0x${string}`

/** The call, if it is one of a token's own contract; otherwise undefined. */
export const tokenCallOf = decoderOf(TOKENS)

/** An approval that Permit2 keeps. */
export const permit2CallOf = decoderOf(PERMIT2)

/** The recipient and the amount of the called token; without `from`, the sender's own tokens. */
export function tokenTransferOf(data: Address): { from?: Address; to: Address; amount: bigint } | undefined {
  const call = tokenCallOf(data)
  if (call?.functionName === 'transfer') return { to: call.args[0], amount: call.args[1] }
  if (call?.functionName === 'transferFrom') return { from: call.args[0], to: call.args[1], amount: call.args[2] }
  return undefined
}

/** Returns undefined unless the selector is one of these functions and the arguments decode. */
function decoderOf<const Abi extends readonly AbiFunction[]>(abi: Abi) {
  const selectors = new Set<string>(abi.map(item => toFunctionSelector(item)))
  return (data: Address) => {
    // Most calls are other calls, and the library reports those with an error that takes longer than everything else here.
    if (!selectors.has(data.slice(0, 10))) return undefined
    try {
      return decodeFunctionData<Abi>({ abi, data })
    } catch {
      return undefined
    }
  }
}
