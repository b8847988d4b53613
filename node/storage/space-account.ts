import { HoldfastError } from '../core/errors/holdfast-error.js';

export interface SpaceOptions {
  /** Most bytes, in blocks that files take. */
  readonly capacity: number;
  /** Bytes of a block: a file takes whole ones. */
  readonly block: number;
  /** Bytes of the disk that stay free; zero asks nobody. */
  readonly floor: number;
  /** Bytes that can still be written. */
  readonly free: () => Promise<number>;
}

/** Counts what files take of a disk. Sizes in bytes. */
export interface SpaceAccount {
  /** Bytes in files. */
  readonly bytes: number;
  add(size: number): void;
  remove(size: number): void;
  /** Room for a file of `size` until what this resolves to is called. STORE_FULL, DISK_LOW. */
  reserve(size: number): Promise<() => void>;
  /** Bytes that can still be taken. */
  room(): Promise<number>;
}

export const createSpaceAccount = ({ capacity, block, floor, free }: SpaceOptions): SpaceAccount => {
  let [bytes, used, reserved] = [0, 0, 0];
  const taken = (size: number): number => Math.ceil(size / block) * block;
  const left = async (): Promise<number> => (floor === 0 ? Infinity : await free());
  return {
    get bytes() {
      return bytes;
    },
    add: (size) => {
      bytes += size;
      used += taken(size);
    },
    remove: (size) => {
      bytes -= size;
      used -= taken(size);
    },
    reserve: async (size) => {
      const needed = taken(size);
      if (used + reserved + needed > capacity) throw new HoldfastError('STORE_FULL', { capacity, used: used + reserved, needed });
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
    room: async () => Math.max(0, Math.min(capacity - used, (await left()) - floor) - reserved),
  };
};
