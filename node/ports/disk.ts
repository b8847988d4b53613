/** The disk that journal, transactions and sectors share. */
export interface DiskRoom {
  /** Bytes that can still be written, the reserve not counted. */
  free(): Promise<number>;
  /** Whether the reserve for what must be written on a full disk is there. */
  readonly whole: boolean;
  /** Makes the reserve again where there is room; whether it is whole then. */
  restore(): Promise<boolean>;
}
