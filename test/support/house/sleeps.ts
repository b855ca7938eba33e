import { type ESTree, Visitor } from 'vite'

/**
 * The calls that wait for a fixed time, as they are written: `setTimeout(resolve, 300)` in a promise, and the `setTimeout` of
 * `node:timers/promises` under any name. A pause in a loop that polls a state does not count, nor does a random moment
 * (`Math.random() * 60`) at which something is killed.
 */
export function sleepsIn(program: ESTree.Program, text: string): string[] {
  const found: string[] = []
  const timers = new Set<string>()
  const resolvers: string[] = []
  let loops = 0
  const enter = () => void loops++
  const leave = () => void loops--
  new Visitor({
    ImportDeclaration: node => {
      if (!/^(node:)?timers\/promises$/.test(node.source.value)) return
      for (const each of node.specifiers)
        if (each.type === 'ImportSpecifier' && 'name' in each.imported && each.imported.name === 'setTimeout')
          timers.add(each.local.name)
    },
    WhileStatement: enter,
    'WhileStatement:exit': leave,
    DoWhileStatement: enter,
    'DoWhileStatement:exit': leave,
    ForStatement: enter,
    'ForStatement:exit': leave,
    NewExpression: node => {
      const [work] = node.arguments
      const isPromise = node.callee.type === 'Identifier' && node.callee.name === 'Promise'
      if (!isPromise || (work?.type !== 'ArrowFunctionExpression' && work?.type !== 'FunctionExpression')) return
      for (const each of work.params) if (each.type === 'Identifier') resolvers.push(each.name)
    },
    CallExpression: node => {
      const name = node.callee.type === 'Identifier' ? node.callee.name : ''
      const [first] = node.arguments
      const isPromised =
        timers.has(name) || (name === 'setTimeout' && first?.type === 'Identifier' && resolvers.includes(first.name))
      const written = text.slice(node.start, node.end)
      if (isPromised && loops === 0 && !/random/i.test(written)) found.push(written)
    },
  }).visit(program)
  return found
}
