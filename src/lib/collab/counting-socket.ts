export const SYNC = 0;
export const AWARENESS = 1;

/** What a sync frame is: the question (step 1), the whole answer (step 2), or one change. */
export const SYNC_STEP_2 = 1;
export const SYNC_UPDATE = 2;

export type SocketWatch = {
  /** A new connection: frames are counted from one again. */
  opened(): void;
  /** Whether a frame that carries changes may leave. */
  allowed(): boolean;
  /** Sync frame number `frame` of this connection was handed to the network. */
  sent(frame: number, kind: number): void;
};

/**
 * A WebSocket class that counts the sync frames it sends, because the server acknowledges by number: "so many of your
 * frames are on disk".
 */
export function countingSocket(Base: typeof WebSocket, watch: SocketWatch): typeof WebSocket {
  return class CountingSocket extends Base {
    #frames = 0;

    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      watch.opened();
    }

    override send(data: string | ArrayBufferLike | Blob | ArrayBufferView<ArrayBufferLike>): void {
      if (!(data instanceof Uint8Array) || data[0] !== SYNC) return super.send(data as Uint8Array<ArrayBuffer>);
      const kind = data[1] ?? 0;
      // Yjs tidies redundant formatting marks in every browser; somebody who only reads must not send that.
      if ((kind === SYNC_STEP_2 || kind === SYNC_UPDATE) && !watch.allowed()) return;
      super.send(data as Uint8Array<ArrayBuffer>);
      this.#frames += 1;
      watch.sent(this.#frames, kind);
    }
  };
}
