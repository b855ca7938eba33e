/** 1234 cents → `12.34`. */
export function dollarsOf(cents: number): string {
  const size = Math.abs(cents)
  return `${Math.trunc(size / 100).toLocaleString()}.${String(size % 100).padStart(2, '0')}`
}
