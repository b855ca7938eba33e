import type { Wired } from './published-types.ts'

type Node = Map<string, Node | string>

/** `a[b][0]=c` → `{ a: { b: ['c'] } }`: the encoding of Stripe's clients. @throws Error for a name that is given twice. */
export function decodedForm(body: string): Wired {
  const root: Node = new Map()
  for (const [name, value] of new URLSearchParams(body)) {
    const keys = [name.replace(/\[.*/, ''), ...[...name.matchAll(/\[([^\]]*)\]/g)].map(([, key = '']) => key)]
    put(root, keys, value)
  }
  return wired(root)
}

function put(node: Node, [key = '', ...rest]: readonly string[], value: string): void {
  const there = node.get(key)
  if (rest.length === 0) {
    if (there !== undefined) throw new Error(`${key} is given twice.`)
    node.set(key, value)
    return
  }
  if (typeof there === 'string') throw new Error(`${key} is given twice.`)
  const below = there ?? new Map<string, Node | string>()
  node.set(key, below)
  put(below, rest, value)
}

function wired(node: Node | string): Wired {
  if (typeof node === 'string') return node
  const isList = node.size > 0 && [...node.keys()].every((key, index) => key === String(index))
  const values = [...node].map(([key, value]) => [key, wired(value)] as const)
  return isList ? values.map(([, value]) => value) : Object.fromEntries(values)
}
