const KEPT_AS = '1claw-start-hidden'

/** Whether this person has put the first steps away in this browser. */
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
    // The browser keeps nothing for pages: they are hidden until the page is loaded anew.
  }
}
