/** A SHA-256 that is under way. */
export interface Sha256 {
  update(bytes: Uint8Array): void;
  /** Another one that goes on from here. */
  clone(): Sha256;
  /** 32 bytes; the last thing that it is asked for. */
  digest(): Uint8Array;
}
