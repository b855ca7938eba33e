const KEPT_AS = '1claw-start-hidden'

/** Whether this person has hidden the first steps in this browser. */
export function isHidden(account: string): boolean {
  try {
    return localStorage.getItem(KEPT_AS) === account
  } catch {
    return false
  }
}

export function hide(account: string): void {
  try {
    localStorage.setItem(KEPT_AS, account)
  } catch {
    // The browser stores nothing for pages: the steps are hidden until the page is reloaded.
  }
}
