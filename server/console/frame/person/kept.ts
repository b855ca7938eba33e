/** Under this name the browser keeps the choice, for every page of this server. */
export const KEPT_AS = '1claw-appearance'

/**
 * Shows the page light or dark as its reader chose, or as their system is. The build makes a script of the text of this function,
 * which runs before anything is painted: it can use nothing from outside of itself.
 */
export function applyKept(key: string): void {
  let kept: string | null = null
  try {
    kept = localStorage.getItem(key)
  } catch {
    // The browser keeps nothing for pages: the system decides.
  }
  if (kept === 'light' || kept === 'dark') document.documentElement.setAttribute('data-appearance', kept)
  else document.documentElement.removeAttribute('data-appearance')
}
