import type { Page, Request } from 'playwright-core'
import { expect } from 'vitest'

const FOCUSED = `new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => {
  const it = document.activeElement
  const isLost = !it || it === document.body || !it.checkVisibility({ visibilityProperty: true })
  done(isLost ? 'nothing' : it.localName + ': ' + (it.getAttribute('aria-label') ?? it.textContent).trim())
})))`

/** The focused element, such as `button: Grant access` or `h1: Vaults`. `nothing` if the focus is lost: the next Tab would start at the top. */
export function focused(page: Page): Promise<string> {
  return page.evaluate<string>(FOCUSED)
}

const OPEN = 'dialog[open], [popover]:popover-open'

/** Closes the open dialogs by Escape, and opens the last one again by Enter; returns what had the focus in between. */
export async function escapeAndReopen(page: Page): Promise<string> {
  const open = page.locator(OPEN)
  for (let left = await open.count(); left > 0; left--) {
    await page.keyboard.press('Escape')
    await expect.poll(() => open.count(), { timeout: 10_000 }).toBe(left - 1)
  }
  const opener = await focused(page)
  await page.keyboard.press('Enter')
  await expect.poll(() => open.count(), { timeout: 10_000 }).toBe(1)
  return opener
}

/** Completes the open dialog by Enter on its button, and waits for all that follows; returns the focused element. */
export async function complete(page: Page): Promise<string> {
  const dialog = page.locator('dialog[open]').last()
  const atRest = watchRequests(page)
  const typed = dialog.getByLabel(/^Type .+ to confirm$/)
  if ((await typed.count()) > 0) {
    const label = await dialog.getByText(/^Type .+ to confirm$/).textContent()
    await typed.fill((label ?? '').slice('Type '.length, -' to confirm'.length))
  }
  const submit = await dialog.locator('.decision [type=submit]').elementHandle()
  await submit?.press('Enter')
  await submit?.waitForElementState('hidden')
  await atRest()
  return focused(page)
}

/** Returns a function that waits until the page has the replies to all its requests. */
function watchRequests(page: Page): () => Promise<void> {
  const sent = new Set<Request>()
  const ended = (request: Request) => void sent.delete(request)
  page.on('request', request => void sent.add(request))
  page.on('requestfinished', ended)
  page.on('requestfailed', ended)
  return async () => {
    await expect
      .poll(
        async () => {
          await focused(page)
          return sent.size
        },
        { timeout: 20_000 },
      )
      .toBe(0)
  }
}
