import { parseAbi, toFunctionSelector } from 'viem/utils'

/**
 * Functions of tokens, collectibles, wrappers and token vaults that allow nobody to move anything later, or that are known approvals. Any
 * other function of a contract that responds like a token could be an approval with another name.
 */
const FUNCTIONS = parseAbi([
  // ERC-20 and common extensions
  'function transfer(address, uint256)',
  'function transferFrom(address, address, uint256)',
  'function approve(address, uint256)',
  'function increaseAllowance(address, uint256)',
  'function decreaseAllowance(address, uint256)',
  'function increaseApproval(address, uint256)',
  'function decreaseApproval(address, uint256)',
  'function permit(address, address, uint256, uint256, uint8, bytes32, bytes32)',
  'function permit(address, address, uint256, uint256, bool, uint8, bytes32, bytes32)',
  'function mint(address, uint256)',
  'function mint(uint256)',
  'function mint()',
  'function burn(uint256)',
  'function burn(address, uint256)',
  'function burnFrom(address, uint256)',
  'function claim()',
  'function delegate(address)',
  // ERC-1363
  'function transferAndCall(address, uint256)',
  'function transferAndCall(address, uint256, bytes)',
  'function transferFromAndCall(address, address, uint256)',
  'function transferFromAndCall(address, address, uint256, bytes)',
  'function approveAndCall(address, uint256)',
  'function approveAndCall(address, uint256, bytes)',
  // EIP-3009
  'function transferWithAuthorization(address, address, uint256, uint256, uint256, bytes32, uint8, bytes32, bytes32)',
  'function transferWithAuthorization(address, address, uint256, uint256, uint256, bytes32, bytes)',
  'function receiveWithAuthorization(address, address, uint256, uint256, uint256, bytes32, uint8, bytes32, bytes32)',
  'function receiveWithAuthorization(address, address, uint256, uint256, uint256, bytes32, bytes)',
  'function cancelAuthorization(address, bytes32, uint8, bytes32, bytes32)',
  // ERC-721, ERC-1155, ERC-6909
  'function setApprovalForAll(address, bool)',
  'function safeTransferFrom(address, address, uint256)',
  'function safeTransferFrom(address, address, uint256, bytes)',
  'function safeTransferFrom(address, address, uint256, uint256, bytes)',
  'function safeBatchTransferFrom(address, address, uint256[], uint256[], bytes)',
  'function transfer(address, uint256, uint256)',
  'function transferFrom(address, address, uint256, uint256)',
  'function approve(address, uint256, uint256)',
  'function setOperator(address, bool)',
  // ERC-777, LSP7
  'function send(address, uint256, bytes)',
  'function burn(uint256, bytes)',
  'function authorizeOperator(address)',
  'function revokeOperator(address)',
  'function transfer(address, address, uint256, bool, bytes)',
  'function authorizeOperator(address, uint256, bytes)',
  'function increaseAllowance(address, uint256, bytes)',
  'function decreaseAllowance(address, address, uint256, bytes)',
  // WETH9, ERC-4626, stETH and wstETH
  'function deposit()',
  'function withdraw(uint256)',
  'function deposit(uint256, address)',
  'function mint(uint256, address)',
  'function withdraw(uint256, address, address)',
  'function redeem(uint256, address, address)',
  'function wrap(uint256)',
  'function unwrap(uint256)',
  'function submit(address)',
  // Debt tokens of Aave, Compound III, pairs of Uniswap V2: contracts that are tokens among other things
  'function approveDelegation(address, uint256)',
  'function allow(address, bool)',
  'function supply(address, uint256)',
  'function withdraw(address, uint256)',
  'function swap(uint256, uint256, address, bytes)',
  'function mint(address)',
  'function burn(address)',
])

const SELECTORS = new Set<string>(FUNCTIONS.map(item => toFunctionSelector(item)))

/** Whether a call is of a known token function. Calldata without a selector is not a function call. */
export function isKnownOfTokens(data: string): boolean {
  return data.length < 10 || SELECTORS.has(data.slice(0, 10))
}
