import { decodeAbiParameters, decodeErrorResult, parseAbi } from 'viem/utils'
import { printable } from './node-values.ts'

/** Why a call reverted. */
export interface Revert {
  /** `ERROR`, `PANIC`, `CUSTOM` or `NONE`. */
  readonly code: string
  /** The contract's own reason: a text, `Panic(0x11)`, `ERC20InsufficientBalance(…)`. */
  readonly reason: string
  /** A sentence for people. */
  readonly text: string
}

/** Errors of common contracts: OpenZeppelin 5, Uniswap, Permit2, 1inch, Safe. */
const KNOWN = parseAbi([
  'error ERC20InsufficientBalance(address sender, uint256 balance, uint256 needed)',
  'error ERC20InsufficientAllowance(address spender, uint256 allowance, uint256 needed)',
  'error ERC20InvalidSender(address sender)',
  'error ERC20InvalidReceiver(address receiver)',
  'error ERC20InvalidApprover(address approver)',
  'error ERC20InvalidSpender(address spender)',
  'error ERC721NonexistentToken(uint256 tokenId)',
  'error ERC721IncorrectOwner(address sender, uint256 tokenId, address owner)',
  'error ERC721InsufficientApproval(address operator, uint256 tokenId)',
  'error ERC1155InsufficientBalance(address sender, uint256 balance, uint256 needed, uint256 tokenId)',
  'error OwnableUnauthorizedAccount(address account)',
  'error OwnableInvalidOwner(address owner)',
  'error AccessControlUnauthorizedAccount(address account, bytes32 neededRole)',
  'error EnforcedPause()',
  'error ExpectedPause()',
  'error ReentrancyGuardReentrantCall()',
  'error SafeERC20FailedOperation(address token)',
  'error AddressInsufficientBalance(address account)',
  'error InsufficientBalance(uint256 balance, uint256 needed)',
  'error FailedCall()',
  'error FailedInnerCall()',
  'error ERC2612ExpiredSignature(uint256 deadline)',
  'error ERC2612InvalidSigner(address signer, address owner)',
  'error TransactionDeadlinePassed()',
  'error ExecutionFailed(uint256 commandIndex, bytes message)',
  'error V3TooLittleReceived()',
  'error V3TooMuchRequested()',
  'error V2TooLittleReceived()',
  'error V2TooMuchRequested()',
  'error AllowanceExpired(uint256 deadline)',
  'error InsufficientAllowance(uint256 amount)',
  'error SignatureExpired(uint256 signatureDeadline)',
  'error Unauthorized()',
  'error NotOwner()',
  'error Expired()',
  'error ReturnAmountIsNotEnough(uint256 result, uint256 minReturn)',
])

/** https://docs.soliditylang.org/en/latest/control-structures.html#panic-via-assert-and-error-via-require */
const PANICS: Readonly<Record<number, string>> = {
  0: 'a compiler-inserted check failed',
  1: 'an assertion failed',
  17: 'a number went over or under its range',
  18: 'division by zero',
  33: 'a value is not in its enumeration',
  34: 'a stored byte array is badly encoded',
  49: 'an empty array was popped',
  50: 'an array index is out of bounds',
  65: 'too much memory was requested',
  81: 'an uninitialised function was called',
}

const ERROR_STRING = '0x08c379a0'
const PANIC = '0x4e487b71'

export function revertOf(data: `0x${string}`): Revert {
  const selector = data.slice(0, 10)
  if (selector === ERROR_STRING) {
    const message = decoded('string', data)
    if (typeof message === 'string') return { code: 'ERROR', reason: printable(message), text: printable(message) }
  }
  if (selector === PANIC) {
    const code = decoded('uint256', data)
    if (typeof code === 'bigint') {
      const meaning = code < 256n ? PANICS[Number(code)] : undefined
      return { code: 'PANIC', reason: `Panic(0x${code.toString(16).padStart(2, '0')})`, text: meaning ?? `panic ${code}` }
    }
  }
  if (data.length < 10) return { code: 'NONE', reason: '', text: 'the contract gave no reason' }
  const custom = customError(data)
  return custom
    ? { code: 'CUSTOM', reason: custom, text: custom }
    : { code: 'CUSTOM', reason: selector, text: `the contract's own error ${selector}` }
}

export function revertText(data: `0x${string}`): string {
  return `execution reverted: ${revertOf(data).text}`
}

function decoded(type: 'string' | 'uint256', data: `0x${string}`): unknown {
  try {
    return decodeAbiParameters([{ type }], `0x${data.slice(10)}`)[0]
  } catch {
    return undefined
  }
}

function customError(data: `0x${string}`): string | undefined {
  try {
    const { errorName, args = [] } = decodeErrorResult({ abi: KNOWN, data })
    return `${errorName}(${args.map(String).join(', ')})`
  } catch {
    return undefined
  }
}
