/** Why a node refused a call (JSON-RPC 2.0, 5.1). */
export interface RpcError {
  readonly code: number
  readonly message: string
  readonly data?: unknown
}

/** A node's reply, unchecked. */
export type RpcAnswer =
  | { readonly result: unknown; readonly error?: undefined }
  | {
      readonly error: RpcError
      /** The number of nodes that got the request and did not reply; any of them could have executed it. */
      readonly failedBefore: number
    }

/** The nodes of one chain. */
export interface Rpc {
  /**
   * Asks the nodes in order until one replies. The result is the node's unchecked reply, so every caller checks it.
   * @throws Problem `chain.unreachable` if none replies as the right chain would, with the reason for each
   */
  call(method: string, params: readonly unknown[]): Promise<RpcAnswer>
}
