/** Other tabs of the console in this browser, which share its session. */
export interface OtherTabs {
  /** The session of this browser was replaced, or has ended. */
  tell(): void
  /** Returns a function that stops listening. */
  listen(told: () => void): () => void
}

/** The message says only that something has changed; each tab gets the new state from the server. */
export function otherTabs(): OtherTabs {
  const channel = new BroadcastChannel('1claw-session')
  return {
    tell: () => channel.postMessage('changed'),
    listen(told) {
      channel.addEventListener('message', told)
      return () => channel.removeEventListener('message', told)
    },
  }
}
