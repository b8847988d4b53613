import { spawnSync } from 'node:child_process';
import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { insist, type Fault } from '../fault.js';

/** Its own disk, in a namespace of mounts: the home is copied there, and back when the daemon has ended. */
const OWN_DISK = `disk=$1; home=$2; shift 2
mount -t tmpfs -o size=360m chaos "$disk" && cp -a "$home/." "$disk/" || exit 9
"$@" & child=$!
trap 'kill -TERM $child' TERM
wait $child; wait $child; code=$?
rm -f "$disk/filler"; cp -a "$disk/." "$home/"
exit $code`;

/** Whether a process may have mounts of its own here. */
const hasOwnMounts = (): boolean =>
  spawnSync('unshare', ['-rm', 'mount', '-t', 'tmpfs', 'chaos', '/mnt'], { stdio: 'ignore' }).status === 0;

const CHUNK = Buffer.alloc(1 << 20, 7);

/** Writes to `path` until not a byte more fits; the code of the error that says so. */
const fill = async (path: string): Promise<string | undefined> => {
  const file = await open(path, 'w');
  const write = (size: number): Promise<string | undefined> =>
    file.write(CHUNK, 0, size).then(
      () => undefined,
      (error: NodeJS.ErrnoException) => error.code,
    );
  let code: string | undefined;
  try {
    for (const size of [CHUNK.length, 4_096, 1]) while ((code = await write(size)) === undefined);
  } finally {
    await file.close();
  }
  return code;
};

/** Disks that are full. */
export const disks: readonly Fault[] = [
  {
    name: 'the disk is full during a window',
    isPossible: hasOwnMounts,
    run: async (world) => {
      await world.start();
      await world.stored();
      await world.stop();
      const { home } = world.bob;
      const disk = `${home}-disk`;
      await mkdir(disk);
      const prefix = ['unshare', '-rm', 'sh', '-c', OWN_DISK, 'own-disk', disk, home];
      const daemon = await world.spawn({ prefix, env: { HOLDFAST_HOME: disk } });
      const filler = join(`/proc/${daemon.pid}/root`, disk, 'filler');
      await world.proveNext();
      // From here on the daemon may give its reserve up, which is room again, for what cannot wait.
      insist((await fill(filler)) === 'ENOSPC', 'the disk is not full');
      await world.proveNext();
      await world.proveNext();
      await rm(filler);
      await world.proveNext();
    },
  },
];
