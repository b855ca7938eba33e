import { Problem } from '../../problem.ts'

/**
 * Does the work for each item; a failure does not hide the others.
 * @throws Problem `usage` with all complaints at once; any other error at once
 */
export function forAll<T>(items: Iterable<T>, work: (item: T) => void): void {
  const faults: Problem[] = []
  for (const item of items) {
    try {
      work(item)
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'usage') throw error
      faults.push(error)
    }
  }
  const [first] = faults
  if (!first) return
  // A fault that concerns no single variable is reported once.
  if (faults.every(({ message }) => message === first.message)) throw first
  throw new Problem('usage', `${faults.length} variables cannot be set:\n${faults.map(({ message }) => message).join('\n')}`, {
    hint: 'Exclude some with --exclude <path or name>, or name those you want with --only.',
  })
}
