/** The browser stores the choice under this name, for all pages of this server. */
export const KEPT_AS = '1claw-appearance'

/**
 * Shows the page light or dark as its reader chose, or as the system says. The build turns this function's text into a script that runs
 * before anything is painted, so it can use nothing outside itself.
 */
export function applyKept(key: string): void {
  let kept: string | null = null
  try {
    kept = localStorage.getItem(key)
  } catch {
    // The browser stores nothing for pages: the system decides.
  }
  if (kept === 'light' || kept === 'dark') document.documentElement.setAttribute('data-appearance', kept)
  else document.documentElement.removeAttribute('data-appearance')
}
