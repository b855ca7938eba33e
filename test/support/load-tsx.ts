/** For the processes of vitest: Node.js strips types but compiles no JSX, so files with it are compiled when one is loaded. */
import { readFileSync } from 'node:fs'
import { createRequire, registerHooks } from 'node:module'
import { fileURLToPath } from 'node:url'

/** The part of `rolldown/utils` that is used here. */
interface Compiler {
  transformSync(name: string, source: string, options: { jsx: { runtime: 'automatic' }; sourcemap: boolean }): Compiled
}

interface Compiled {
  readonly code: string
  readonly map?: { toString(): string }
  readonly errors: readonly { readonly message: string }[]
}

registerHooks({
  load(url, context, nextLoad) {
    if (!/\.tsx(\?|$)/.test(url)) return nextLoad(url, context)
    return { format: 'module', source: compiled(fileURLToPath(url)), shortCircuit: true }
  },
})

function compiled(file: string): string {
  // The compiler is the one of Vite, so it is found from there.
  const { transformSync }: Compiler = createRequire(import.meta.resolve('vite'))('rolldown/utils')
  const options = { jsx: { runtime: 'automatic' }, sourcemap: true } as const
  const { code, map, errors } = transformSync(file, readFileSync(file, 'utf8'), options)
  if (errors.length > 0) throw new Error(`${file} cannot be compiled: ${errors[0]?.message}`)
  return `${code}\n//# sourceMappingURL=data:application/json;base64,${Buffer.from(map?.toString() ?? '').toString('base64')}`
}
