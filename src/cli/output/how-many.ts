/** A count with its noun: `1 version`, `2 versions`, `0 policies` (pass `many` if adding an s is wrong). */
export function howMany(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`
}
