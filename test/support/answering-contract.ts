/** The deployment code of a contract, see `answeringCode`. */
export function answeringContract(answers: Readonly<Record<string, bigint>>): `0x${string}` {
  const code = answeringCode(answers).slice(2)
  // PUSH2 length DUP1 PUSH1 10 PUSH0 CODECOPY PUSH0 RETURN
  return `0x61${hex(code.length / 2, 2)}80600a5f395ff3${code}`
}

/**
 * The code of a contract that answers some functions with one word each, whatever the arguments, and reverts otherwise.
 * @param answers by selector, in hexadecimal digits without `0x`
 */
export function answeringCode(answers: Readonly<Record<string, bigint>>): `0x${string}` {
  const known = Object.entries(answers)
  // PUSH0 CALLDATALOAD PUSH1 224 SHR
  const head = '5f3560e01c'
  const jumps = known.map((_, index) => head.length / 2 + known.length * JUMP_BYTES + REVERT.length / 2 + index * ANSWER_BYTES)
  // DUP1 PUSH4 selector EQ PUSH2 place JUMPI
  const table = known.map(([selector], index) => `8063${selector}1461${hex(jumps[index] ?? 0, 2)}57`).join('')
  // JUMPDEST PUSH32 word PUSH0 MSTORE PUSH1 32 PUSH0 RETURN
  const bodies = known.map(([, word]) => `5b7f${hex(word, 32)}5f5260205ff3`).join('')
  return `0x${head}${table}${REVERT}${bodies}`
}

const JUMP_BYTES = 11
const ANSWER_BYTES = 40
/** PUSH0 PUSH0 REVERT */
const REVERT = '5f5ffd'

const hex = (value: number | bigint, bytes: number) => value.toString(16).padStart(bytes * 2, '0')
