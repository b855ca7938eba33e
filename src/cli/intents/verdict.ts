import { Problem } from '../../problem.ts'
import type { Context } from '../context/context.ts'
import type { Printer } from '../output/printer.ts'

/** Ends a run with exit code 10 after its result was shown. With JSON or YAML, stdout contains only that result. */
export function endWithFault(context: Context, { format }: Printer, fault: string | undefined): void {
  if (fault === undefined) return
  if (format !== 'json' && format !== 'yaml') throw new Problem('check.failed', fault)
  context.exitWith(10)
}
