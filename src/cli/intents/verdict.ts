import { Problem } from '../../problem.ts'
import type { Context } from '../context/context.ts'
import type { Printer } from '../output/printer.ts'

/** Ends a run whose answer was shown with 10. As JSON or YAML stdout holds that answer and nothing after it. */
export function endWithFault(context: Context, { format }: Printer, fault: string | undefined): void {
  if (fault === undefined) return
  if (format !== 'json' && format !== 'yaml') throw new Problem('check.failed', fault)
  context.exitWith(10)
}
