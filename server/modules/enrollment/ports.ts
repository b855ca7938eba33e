/** Repeats the creation of an agent if another writer was faster. */
export type Retrying = <T>(attempt: () => Promise<T>) => Promise<T>
