import { HoldfastError } from '../../core/errors/holdfast-error.js';

export interface SpaceOptions {
  /** Most bytes of the disk. */
  readonly capacity: number;
  /** Bytes of the disk that stay free; zero asks nobody. */
  readonly floor: number;
  /** Bytes that can still be written. */
  readonly free: () => Promise<number>;
  /** Bytes of the disk that are taken. */
  readonly taken: () => number;
}

/** Who may take how much of a disk, in bytes. */
export interface SpaceAccount {
  /** Room for `needed` bytes until what this resolves to is called. STORE_FULL, DISK_LOW. */
  reserve(needed: number): Promise<() => void>;
  /** Bytes that can still be taken. */
  room(): Promise<number>;
}

export const createSpaceAccount = ({ capacity, floor, free, taken }: SpaceOptions): SpaceAccount => {
  let reserved = 0;
  const left = async (): Promise<number> => (floor === 0 ? Infinity : await free());
  return {
    reserve: async (needed) => {
      const used = taken() + reserved;
      if (used + needed > capacity) throw new HoldfastError('STORE_FULL', { capacity, used, needed });
      reserved += needed;
      const release = (): void => void (reserved -= needed);
      try {
        const remaining = await left();
        if (remaining - reserved < floor) throw new HoldfastError('DISK_LOW', { free: remaining, floor });
        return release;
      } catch (error) {
        release();
        throw error;
      }
    },
    room: async () => Math.max(0, Math.min(capacity - taken(), (await left()) - floor) - reserved),
  };
};
