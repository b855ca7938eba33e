/** Repeats what makes an agent when another writer was faster. */
export type Retrying = <T>(attempt: () => Promise<T>) => Promise<T>
