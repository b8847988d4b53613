import { DISK_FLOOR_BYTES } from '../disk-room.js';
import { usedBytesOf } from '../../storage/sectors/sector-scan.js';
import { foldersOf } from '../settings/folders.js';
import { ok, problem, type Check } from './check.js';
import { lookAtDisk } from './disk.js';
import type { Facts } from './facts.js';

/** What a renter's catalogue and signed transactions should find, bytes. */
const RENTER_BYTES = 256 << 20;
const MIB = 2 ** 20;
const GIB = 2 ** 30;

const gib = (bytes: number): string => (bytes < GIB ? `${(bytes / MIB).toFixed(1)} MiB` : `${(bytes / GIB).toFixed(1)} GiB`);

const bytesUsed = async (facts: Facts, sectors: string): Promise<number> => {
  const daemon = await facts.daemon.known().catch(() => undefined);
  return daemon === undefined || 'waitingFor' in daemon ? await usedBytesOf(sectors).catch(() => 0) : Number(daemon.bytesUsed);
};

/** The disk can be written, and has room for what is not used of the capacity yet, and for what the daemon leaves free. */
export const diskCheck: Check = {
  name: 'disk',
  look: async (facts) => {
    const settings = await facts.settings.known();
    const { sectors } = foldersOf(settings);
    const provider = await facts.isProvider.known();
    const path = provider ? sectors : settings.home;
    const { free, filesystem } = await lookAtDisk(path);
    const place = `${path}${filesystem === undefined ? '' : ` (${filesystem})`}`;
    if (!provider) {
      if (free >= RENTER_BYTES) return ok(`${gib(free)} free for ${place}`);
      return problem(`only ${gib(free)} free for ${place}`, 'Free some space.');
    }
    const { capacityBytes } = settings.provider;
    const used = await bytesUsed(facts, sectors);
    const says = `${gib(free)} free for ${place}, ${gib(used)} used of a capacity of ${gib(capacityBytes)}`;
    if (free >= capacityBytes - used + DISK_FLOOR_BYTES) return ok(says);
    const most = used + free - DISK_FLOOR_BYTES;
    return problem(
      `${says}, and ${gib(DISK_FLOOR_BYTES)} are to stay free`,
      `Free some space, or name a folder on another disk in "provider.folder"${most > used ? `, or lower "provider.capacityBytes" to at most ${most}` : ': no sector is taken in before'}.`,
    );
  },
};
